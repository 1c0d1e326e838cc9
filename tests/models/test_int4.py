# SPDX-License-Identifier: Apache-2.0
"""TFLite models of INT4 weights against the same models with these weights as INT8, and what a library keeps of them."""

import json
import sys

import numpy as np
import pytest

from oracle import TARGETS, lcg, require_target, run_model
from programs import TESTS, run

sys.path.insert(0, str(TESTS / "one_operator"))
from case import Case, activation, constant, int4_constant  # noqa: E402
from tflite_writer import write_cases  # noqa: E402

RANDOM = np.random.default_rng(9)
CONV = RANDOM.integers(-8, 8, (24, 3, 3, 13), np.int8)
DEPTHWISE = RANDOM.integers(-8, 8, (1, 5, 5, 40), np.int8)
DENSE = RANDOM.integers(-8, 8, (33, 1000), np.int8)
MATRICES = RANDOM.integers(-8, 8, (2, 30, 21), np.int8)
WIDE = RANDOM.integers(-8, 8, (1024, 1040), np.int8)


def cases(weights):
    """One layer of each kind; `weights` makes a constant of values, scales, zero points and axis."""

    def layer(name, operator, options, src, values, axis, dst):
        channels = values.shape[axis]
        scale = [0.01 * (1 + i % 5) for i in range(channels)]
        bias = constant(RANDOM.integers(-500, 500, channels, np.int32), [s * 0.05 for s in scale], [0] * channels)
        inputs = [activation(src, np.int8, 0.05, -7), weights(values, scale, [0] * channels, axis), bias]
        return Case(name, operator, inputs, [activation(dst, np.int8, 0.6, 3)], options)

    window = {"StrideH": 1, "StrideW": 1, "DilationHFactor": 1, "DilationWFactor": 1}
    return [
        layer("conv", "CONV_2D", ("Conv2DOptions", window), (1, 9, 10, 13), CONV, 0, (1, 9, 10, 24)),
        layer(
            "depthwise", "DEPTHWISE_CONV_2D", ("DepthwiseConv2DOptions", {**window, "DepthMultiplier": 1}), (1, 8, 7, 40), DEPTHWISE, 3, (1, 8, 7, 40)
        ),
        layer("dense", "FULLY_CONNECTED", ("FullyConnectedOptions", {}), (3, 1000), DENSE, 0, (3, 33)),
        layer("wide", "FULLY_CONNECTED", ("FullyConnectedOptions", {}), (1, 1040), WIDE, 0, (1, 1024)),
    ]


def with_widened(weights):
    """cases() and two whose kernels read bytes everywhere: a product of two pairs of matrices, and rows of 16 bits."""
    inputs = [activation((2, 5, 30), np.int8, 0.05, -7), weights(MATRICES, [0.02], [0], 0)]
    product = Case("matrices", "BATCH_MATMUL", inputs, [activation((2, 5, 21), np.int8, 0.3, 3)], ("BatchMatMulOptions", {}))
    bias = constant(RANDOM.integers(-500, 500, 33, np.int64), [0.00001], [0])
    inputs = [activation((3, 1000), np.int16, 0.001, 0), weights(DENSE, [0.01], [0], 0), bias]
    rows = Case("rows16", "FULLY_CONNECTED", inputs, [activation((3, 33), np.int16, 0.002, 0)], ("FullyConnectedOptions", {}))
    return [*cases(weights), product, rows]


def results(make, weights, target, folder):
    global RANDOM
    RANDOM = np.random.default_rng(9)
    made = make(weights)
    folder.mkdir()
    model = folder / "model.tflite"
    model.write_bytes(write_cases(made)[0])
    result = run("gen_kernels", f"--model={model}", f"--target={target}", f"--out={folder / 'out'}", "--quiet")
    assert result.returncode == 0, result.stderr
    inputs = [lcg(i, case.inputs[0].shape, case.inputs[0].dtype) for i, case in enumerate(made)]
    outputs = run_model(folder / "out", inputs, folder / "tensors")
    return outputs, json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8")), result.stderr


@pytest.mark.parametrize("target", TARGETS)
def test_nibbles_give_what_bytes_give(target, tmp_path):
    require_target(target)
    found, manifest, warnings = results(with_widened, int4_constant, target, tmp_path / "int4")
    expected, _, _ = results(with_widened, lambda values, *scales: constant(values, *scales), target, tmp_path / "int8")
    assert len(found) == 6
    for (_, array), (_, other) in zip(sorted(found.items()), sorted(expected.items())):
        assert len(np.unique(array)) > 8
        np.testing.assert_array_equal(array, other)
    fallbacks = [kernel for kernel in manifest["kernels"] if kernel["fallback"] is not None]
    assert len(fallbacks) == warnings.count("widened to 8 bits")
    assert all("read bytes" in kernel["fallback"] for kernel in manifest["kernels"][4:])


def test_the_library_keeps_four_bits(tmp_path):
    _, manifest, warnings = results(cases, int4_constant, "host", tmp_path / "int4")
    assert warnings == ""
    wide = manifest["kernels"][3]
    assert wide["lowering"].endswith("s4")
    by_channel = 5 * 4 * 1024  # the bias and at most four arrays of the requantisation
    assert 8 * (wide["packed_weight_bytes"] - by_channel) <= 4.1 * WIDE.size
    archive = next((tmp_path / "int4" / "out").glob("lib*.a"))
    assert WIDE.size // 2 < archive.stat().st_size < WIDE.size
