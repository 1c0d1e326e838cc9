# SPDX-License-Identifier: Apache-2.0
"""ONNX Runtime's test models (tests/data/onnxruntime) against its own results, on each processor.

Its oracle with optimisations off computes QDQ graphs literally, in float; Nibble computes them in integers. Integer results
are equal bit by bit. TABLE says where floats differ, why, and by how much at most.
"""

import hashlib
import json

import numpy as np
import onnx
import pytest

from onnx_runs import TARGETS, differing, run_onnx, run_together
from oracle import lcg
from programs import DATA

MODELS = DATA / "onnxruntime" / "models"
ORACLE = DATA / "onnxruntime" / "oracle"
NAMES = sorted(path.stem for path in MODELS.glob("*.onnx"))
ONLY_HASHED = "layout_transform_fix_transpose_without_dq.qdq"

# Model -> output -> (elements that differ, largest difference). Sums of dequantised products are rounded at each step where they
# are computed in f32, as these outputs of convolutions that nothing quantises are; Nibble's are exact before they are scaled.
TABLE = {
    "qdq_with_multi_consumer_q_dq_axis": {"ReLU32_Output_0": (4366, 4.8e-7), "ReLU114_Output_0": (2242, 2.9e-6)},
}


def fixed_model(name, folder, inputs):
    """The model with the shapes of these inputs in place of its dynamic dimensions."""
    model = onnx.load(MODELS / f"{name}.onnx")
    if not any(d.dim_param for value in model.graph.input for d in value.type.tensor_type.shape.dim):
        return MODELS / f"{name}.onnx"
    for value in model.graph.input:
        for d, extent in zip(value.type.tensor_type.shape.dim, inputs[value.name].shape):
            d.dim_value = extent
    file = folder / f"{name}.onnx"
    onnx.save(model, file)
    return file


def read_oracle(name):
    """(inputs by name, outputs in the model's order)"""
    stored = np.load(ORACLE / f"{name}.npz")
    inputs = {key[3:]: stored[key] for key in stored.files if key.startswith("in_")}
    count = sum(key.startswith("out") and key.endswith("_noopt") for key in stored.files)
    return inputs, [stored[f"out{i}_noopt"] for i in range(count)]


def case_of(name, folder):
    """(file, inputs in the model's order)"""
    inputs, _ = read_oracle(name)
    model = fixed_model(name, folder, inputs)
    graph = onnx.load(model).graph
    constants = {tensor.name for tensor in graph.initializer}
    return model, [inputs[value.name] for value in graph.input if value.name not in constants]


@pytest.mark.parametrize("target", TARGETS)
def test_models(target, tmp_path):
    names = [name for name in NAMES if name != ONLY_HASHED]
    assert len(names) == 18
    cases = {name: case_of(name, tmp_path) for name in names}
    found = run_together(cases, target, tmp_path)
    for name in names:
        outputs = onnx.load(cases[name][0]).graph.output
        _, wanted = read_oracle(name)
        assert len(outputs) == len(found[name]) == len(wanted)
        for value, want in zip(outputs, wanted):
            count, gap = differing(found[name][value.name], want)
            expected, largest = TABLE.get(name, {}).get(value.name, (0, 0))
            assert count == expected and gap <= largest, f"{name}, {value.name}: {count} of {want.size} differ, by up to {gap}"


@pytest.mark.parametrize("target", TARGETS)
def test_sixteen_bits(target, tmp_path):
    """Activations of u16: ONNX Runtime's sums in f32 differ from exact ones in 410 of 262144 elements, by one step each."""
    found, _ = run_onnx(MODELS / f"{ONLY_HASHED}.onnx", target, tmp_path, [lcg(1000, [1, 64, 64, 320], np.float32)])
    (array,) = found.values()
    digest, shape, dtype = json.loads((ORACLE / f"{ONLY_HASHED}.hash.json").read_text(encoding="utf-8"))["out0_noopt"]
    assert list(array.shape) == shape and array.dtype == dtype
    differing_ones = np.load(ORACLE / f"{ONLY_HASHED}.differing.npz")
    theirs = array.ravel().copy()
    gap = np.abs(theirs[differing_ones["positions"]] - differing_ones["values"])
    assert gap.size == 410 and gap.max() < 1.27e-4  # a step is 1.2616e-4
    theirs[differing_ones["positions"]] = differing_ones["values"]
    assert hashlib.sha256(theirs.tobytes()).hexdigest() == digest
