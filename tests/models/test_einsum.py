# SPDX-License-Identifier: Apache-2.0
"""LiteRT's products of INT16 activations and INT8 weights with a scale by channel, against what their scales mean: LiteRT's own
kernels give zeros (tests/data/litert/SOURCE.md)."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file

from oracle import TARGETS, lcg, require_target, run_model
from programs import DATA, run

NAMES = ("attn_vec", "k", "q", "v")


def requantised(sums, factor):
    """`reduced16` of docs/numerics.md, before the clamp."""
    fraction, shift = np.frexp(factor)
    multiplier = int(np.floor(fraction * 2**31 + 0.5))
    reduced = (multiplier + 2**15) >> 16 if multiplier < 0x7FFF0000 else 0x7FFF
    return (sums * reduced + (1 << int(14 - shift))) >> int(15 - shift)


def products(folder, source):
    """What the model's one product gives, from its tensors and scales."""
    model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    (op,) = [op for op in model["operators"] if op["type"] == "batch_matmul"]
    src, wei, dst = (model["tensors"][i] for i in (*op["inputs"], *op["outputs"]))
    weights = load_file(folder / "weights.safetensors")[wei["data"]].astype(np.int64)
    sums = source.reshape(src["shape"]).astype(np.int64) @ weights
    scales = [np.float32(tensor["quantization"]["scale"]).astype(np.float64) for tensor in (src, wei, dst)]
    assert len(scales[1]) == weights.shape[1] > 1
    factors = scales[0] * scales[1] / scales[2]
    columns = [requantised(sums[:, i], factor) for i, factor in enumerate(factors)]
    return np.clip(np.stack(columns, axis=1), -32768, 32767).astype(np.int16)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", NAMES)
def test_products_by_channel_are_exact(name, target, tmp_path):
    require_target(target)
    file = DATA / "litert" / "models" / f"static_w8_a16_quantized_{name}_einsum.tflite"
    library = tmp_path / "library"
    result = run("gen_kernels", f"--model={file}", f"--target={target}", f"--out={library}", "--quiet")
    assert result.returncode == 0, result.stderr
    model = json.loads((library / "model" / "model.json").read_text(encoding="utf-8"))
    source = lcg(1000, model["tensors"][model["inputs"][0]]["shape"], np.int16)
    (found,) = run_model(library, [source], tmp_path / "out").values()
    expected = products(library / "model", source)
    assert found.ravel().tolist() == expected.ravel().tolist()
    assert len(np.unique(expected)) > 1000
