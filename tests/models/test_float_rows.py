# SPDX-License-Identifier: Apache-2.0
"""fully_connected of f32 by 4- and 8-bit weights with scales by group and by channel, against the definition in numpy."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from oracle import TARGETS, require_target, run_model
from programs import run

RANDOM = np.random.default_rng(12)
# name: rows, inputs, outputs, group (0: by channel), type of the weights, parts, bias
LAYERS = {
    "groups": (9, 256, 70, 32, "s4", 1, True),
    "unsigned": (1, 384, 33, 128, "u4", 1, False),
    "parts": (3, 256, 16, 64, "s4", 2, True),
    "channels": (17, 100, 40, 0, "s4", 1, True),
    "bytes": (2, 130, 48, 0, "s8", 1, True),
}


def packed(values):
    flat = values.reshape(-1).astype(np.uint8) & 15
    flat = np.append(flat, np.zeros(len(flat) % 2, np.uint8))
    return flat[0::2] | flat[1::2] << 4


class Layer:
    def __init__(self, m, k, n, group, dtype, parts, bias):
        bits = 8 if dtype == "s8" else 4
        self.group, self.parts, self.dtype = group or k, parts, dtype
        self.src = (RANDOM.standard_normal((m, k)) * 3).astype(np.float32)
        self.src[0, :2] = np.nan, 0
        if m > 2:
            self.src[1], self.src[2, 5] = 0, np.inf
        self.wei = RANDOM.integers(-(2 ** (bits - 1)), 2 ** (bits - 1), (n, k))
        self.scale = RANDOM.uniform(0.001, 0.1, (n, k // self.group)).astype(np.float32)
        self.bia = RANDOM.standard_normal(n).astype(np.float32) if bias else None

    def expected(self):
        """docs/numerics.md, each operation rounded to f32."""
        most = np.finfo(np.float32).max
        numbers = np.clip(np.nan_to_num(self.src, nan=0, posinf=most, neginf=-most), -most, most)
        largest = np.abs(numbers).max(axis=1, keepdims=True)
        counts = largest >= np.float32(2.0**-120)
        inverse = np.where(counts, np.float32(127) / np.where(counts, largest, np.float32(1)), np.float32(0))
        q = np.rint(numbers * inverse).astype(np.int64)
        row_scale = np.where(counts, largest * np.float32(np.float32(1) / np.float32(127)), np.float32(0))
        groups = self.wei.shape[1] // self.group
        total = None
        for part in np.split(np.arange(groups), self.parts):
            sums = np.zeros((len(q), len(self.wei)), np.float32)
            for g in part:
                inputs = slice(g * self.group, (g + 1) * self.group)
                dot = q[:, inputs] @ self.wei[:, inputs].T
                sums = sums + dot.astype(np.float32) * self.scale[:, g]
            total = sums if total is None else total + sums
        return total * row_scale + (np.float32(0) if self.bia is None else self.bia)


@pytest.fixture(name="model", scope="module")
def model_of_layers(tmp_path_factory):
    """-> (the model folder, its layers)"""
    tensors, operators, constants = [], [], {}

    def tensor(name, shape, dtype, quantization=None, data=None):
        entry = {"name": name, "shape": list(shape), "layout": "", "dtype": dtype, "quantization": quantization}
        if data is not None:
            entry["data"] = f"t{len(tensors)}"
            constants[entry["data"]] = data
        tensors.append(entry)
        return len(tensors) - 1

    layers = {name: Layer(*sizes) for name, sizes in LAYERS.items()}
    for name, layer in layers.items():
        n, k = layer.wei.shape
        by_group = LAYERS[name][3] != 0
        zero = 8 if layer.dtype == "u4" else 0
        quantization = {
            "scale": [float(s) for s in layer.scale.reshape(-1)],
            "zero_point": [zero] * layer.scale.size,
            "granularity": "per_group" if by_group else "per_channel",
            "axis": 1 if by_group else 0,
            "symmetric": True,
        }
        if by_group:
            quantization["group_size"] = layer.group
        values = layer.wei.astype(np.int8) if layer.dtype == "s8" else packed(layer.wei + zero)
        inputs = [tensor(f"{name}/src", layer.src.shape, "f32"), tensor(f"{name}/wei", (n, k), layer.dtype, quantization, values)]
        if layer.bia is not None:
            inputs.append(tensor(f"{name}/bia", (n,), "f32", None, layer.bia))
        output = tensor(name, (len(layer.src), n), "f32")
        operators.append(
            {
                "type": "fully_connected", "name": name, "inputs": inputs, "outputs": [output],
                "attributes": {"activation": "none"}, "rounding": "none", "k_split": layer.parts,
            }
        )
    folder = tmp_path_factory.mktemp("rows")
    document = {
        "nibble": 1, "tensors": tensors, "operators": operators,
        "inputs": [op["inputs"][0] for op in operators], "outputs": [op["outputs"][0] for op in operators],
    }
    (folder / "model.json").write_text(json.dumps(document), encoding="utf-8")
    save_file(constants, str(folder / "weights.safetensors"))
    return folder, layers


@pytest.mark.parametrize("target", [name for name in TARGETS if not name.startswith("hexagon")])
def test_every_bit_is_as_defined(target, model, tmp_path):
    require_target(target)
    folder, layers = model
    library = tmp_path / "library"
    result = run("gen_kernels", f"--model={folder}", f"--target={target}", f"--out={library}", "--quiet")
    assert result.returncode == 0, result.stderr
    found = run_model(library, [layer.src for layer in layers.values()], tmp_path / "out")
    outputs = json.loads((folder / "model.json").read_text(encoding="utf-8"))["outputs"]
    for output, (name, layer) in zip(outputs, layers.items()):
        np.testing.assert_array_equal(found[output].view(np.int32), layer.expected().view(np.int32), err_msg=name)


def test_a_target_without_float_vectors_refuses_them(model, tmp_path):
    result = run("gen_kernels", f"--model={model[0]}", "--target=hexagon-64-hvx", f"--out={tmp_path}", "--quiet")
    assert result.returncode == 1
    assert "operator 'groups': scales: found float, expected s8 or u8 activations: hexagon-64-hvx has no vectors of f32" in result.stderr
