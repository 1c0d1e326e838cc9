# SPDX-License-Identifier: Apache-2.0
"""Models that round by `single` and `float`: each layer is computed again, from the model that gen_kernels writes."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file

from oracle import TARGETS, lcg, require_target, run_model
from programs import MODELS, run


def single(acc, product, scale):
    """One rounding, half up, of acc times a Q31 multiplier."""
    results = []
    for column, factor in zip(acc.T, np.broadcast_to(product / scale, acc.shape[1])):
        fraction, exponent = np.frexp(factor)
        multiplier, total = int(np.floor(fraction * 2**31 + 0.5)), 31 - int(exponent)
        results.append([(int(value) * multiplier + (1 << (total - 1))) >> total for value in column])
    return np.array(results).T


def half_even(acc, product, scale):
    """f32(acc) times an f32 scale."""
    factor = np.float32(product) / np.float32(scale)
    return np.rint(acc.astype(np.float32) * np.broadcast_to(factor, acc.shape[1])).astype(np.int64)


def dense(rounding, model, weights, op, source):
    src, wei, bia = (model["tensors"][index] for index in op["inputs"])
    dst = model["tensors"][op["outputs"][0]]
    zero = {name: tensor["quantization"]["zero_point"][0] for name, tensor in (("src", src), ("wei", wei), ("dst", dst))}
    rows = source.reshape(-1, wei["shape"][1]).astype(np.int64) - zero["src"]
    acc = rows @ (weights[wei["data"]].astype(np.int64) - zero["wei"]).T + weights[bia["data"]]
    product = np.float32(src["quantization"]["scale"][0]) * np.float32(wei["quantization"]["scale"])
    rule = {"single": single, "float": half_even}[rounding]
    wide = product if rounding == "float" else product.astype(np.float64)
    result = rule(acc, wide, dst["quantization"]["scale"][0]) + zero["dst"]
    least = zero["dst"] if op["attributes"]["activation"] == "relu" else -128
    return np.clip(result, least, 127).astype(np.int8).reshape(dst["shape"])


def generate(target, rounding, folder):
    flags = (f"--model={MODELS / 'ad01_int8.tflite'}", f"--target={target}", f"--out={folder}", f"--import-rounding={rounding}", "--quiet")
    return run("gen_kernels", *flags)


@pytest.mark.parametrize("rounding", ["single", "float"])
@pytest.mark.parametrize("target", TARGETS)
def test_every_layer_is_exact(target, rounding, tmp_path):
    require_target(target)
    folder = tmp_path / "library"
    result = generate(target, rounding, folder)
    assert result.returncode == 0, result.stderr
    model = json.loads((folder / "model" / "model.json").read_text(encoding="utf-8"))
    weights = load_file(folder / "model" / "weights.safetensors")
    shape = model["tensors"][model["inputs"][0]]["shape"]
    found = run_model(folder, [lcg(7, shape, np.int8)], tmp_path / "tensors", "--layers")
    found[model["inputs"][0]] = lcg(7, shape, np.int8)
    layers = [op for op in model["operators"] if op["type"] == "fully_connected"]
    assert len(layers) == 10 and all(op["rounding"] == rounding for op in layers)
    for op in layers:
        want = dense(rounding, model, weights, op, found[op["inputs"][0]])
        assert np.array_equal(found[op["outputs"][0]].reshape(want.shape), want), op["name"]


@pytest.mark.parametrize("rounding", ["single", "float"])
def test_targets_agree_on_convolutions(rounding, tmp_path):
    """The keyword network has conv2d, depthwise_conv2d and fully_connected; `double` gives other bytes."""
    results = {}
    for target, chosen in (("generic", rounding), ("x86-64-avx2", rounding), ("arm-64-dotprod", rounding), ("generic", "double")):
        require_target(target)
        folder = tmp_path / f"{target}_{chosen}"
        flags = (f"--model={MODELS / 'kws_ref_model.tflite'}", f"--target={target}", f"--out={folder}", f"--import-rounding={chosen}", "--quiet")
        result = run("gen_kernels", *flags)
        assert result.returncode == 0, result.stderr
        tensors = run_model(folder, [], folder / "tensors", "--layers")
        results[target, chosen] = {index: tensor.tobytes() for index, tensor in tensors.items()}
    assert results["generic", rounding] == results["x86-64-avx2", rounding] == results["arm-64-dotprod", rounding]
    assert results["generic", rounding] != results["generic", "double"]


def test_operators_without_a_rounding_are_named(tmp_path):
    flags = (f"--model={MODELS / 'pretrainedResnet_quant.tflite'}", "--target=generic", f"--out={tmp_path / 'out'}", "--import-rounding=single")
    result = run("gen_kernels", *flags)
    assert result.returncode == 1 and result.stderr.count("\n") == 3, result.stderr
    assert all("(add): rounding: found single, expected double" in line for line in result.stderr.splitlines())
