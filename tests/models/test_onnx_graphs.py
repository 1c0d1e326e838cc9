# SPDX-License-Identifier: Apache-2.0
"""Fake-quantised graphs of forms that the stored models lack, against exact sums in numpy, on each processor."""

import sys

import numpy as np
import pytest
from onnx import TensorProto

from onnx_runs import TARGETS, run_onnx
from programs import TESTS

sys.path.insert(0, str(TESTS / "importers"))

from onnx_graphs import Graph  # noqa: E402

TYPES = {np.dtype(np.uint8): (0, 255), np.dtype(np.int8): (-128, 127)}
F32 = np.float32


def quantised(reals, scale, zero, dtype=np.uint8):
    """QuantizeLinear."""
    return np.clip(np.rint(reals.astype(F32) / F32(scale)).astype(np.int64) + zero, *TYPES[np.dtype(dtype)])


def sums_of(source, weights, pad=1, groups=1):
    """Convolution of centred integers, NCHW and OIHW, stride 1, in s64."""
    source = np.pad(source, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    co, depth, kh, kw = weights.shape
    oh, ow = source.shape[2] - kh + 1, source.shape[3] - kw + 1
    sums = np.zeros([source.shape[0], co, oh, ow], np.int64)
    for o in range(co):
        first = o // (co // groups) * depth
        for i in range(kh):
            for j in range(kw):
                part = source[:, first : first + depth, i : i + oh, j : j + ow]
                sums[:, o] += np.einsum("nchw,c->nhw", part, weights[o, :, i, j])
    return sums


def requantised(sums, src_scale, wei_scale, scale, zero, dtype=np.uint8):
    """The factor of each channel in f32, half to even."""
    factor = (F32(src_scale) * np.asarray(wei_scale, F32)) / F32(scale)
    shape = [1, -1] + [1] * (sums.ndim - 2)
    product = sums.astype(F32) * (factor.reshape(shape) if factor.size > 1 else factor)
    return np.clip(np.rint(product).astype(np.int64) + zero, *TYPES[np.dtype(dtype)])


def run_graph(graph, target, folder, *inputs):
    file = folder / "m.onnx"
    file.write_bytes(graph.bytes())
    found, warnings = run_onnx(file, target, folder, inputs)
    assert len(found) == len(graph.outputs)
    return [found[value.name] for value in graph.outputs], warnings


def dequantised(integers, scale, zero):
    return (integers - zero).astype(np.int32).astype(F32) * F32(scale)


def image(shape, seed=1):
    return np.random.default_rng(seed).normal(0, 1.5, shape).astype(F32)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", [TensorProto.INT4, TensorProto.UINT4])
def test_weights_of_four_bits(dtype, target, tmp_path):
    random = np.random.default_rng(5)
    low, high, zero = (-8, 7, 0) if dtype == TensorProto.INT4 else (0, 15, 6)
    numbers = random.integers(low, high, [5, 3, 3, 3], endpoint=True)
    scale = random.random(5).astype(F32) / 4 + F32(0.02)
    graph = Graph()
    source = graph.fake_quantize(graph.input("x", [1, 3, 8, 8]), 0.04, 110)
    operands = [graph.nibbles("w", numbers, dtype), graph.constant("s", scale), graph.nibbles("z", [zero] * 5, dtype)]
    wei = graph.node("DequantizeLinear", operands, axis=0)
    graph.output(graph.fake_quantize(graph.node("Conv", [source, wei], pads=[0, 0, 0, 0]), 0.11, 120))
    x = image([1, 3, 8, 8])
    (found,), _ = run_graph(graph, target, tmp_path, x)
    sums = sums_of(quantised(x, 0.04, 110) - 110, numbers - zero, pad=0)
    np.testing.assert_array_equal(found, dequantised(requantised(sums, 0.04, scale, 0.11, 120), 0.11, 120))


@pytest.mark.parametrize("target", TARGETS)
def test_a_residual_block(target, tmp_path):
    """A tensor whose dequantisation is shared by a depthwise convolution, which a Relu follows, and a sum."""
    random = np.random.default_rng(6)
    w0 = random.integers(-128, 128, [16, 1, 3, 3]).astype(np.int8)
    w1, b1 = random.integers(-128, 128, [16, 16, 1, 1]).astype(np.int8), random.integers(-900, 900, [16]).astype(np.int32)
    s0 = (random.random(16) / 100 + 0.001).astype(F32)
    graph = Graph()
    source = graph.fake_quantize(graph.input("x", [1, 16, 9, 7]), 0.03, 128)
    wei = graph.dequantize(graph.constant("w0", w0), s0, np.zeros(16), np.int8, axis=0)
    deep = graph.node("Relu", [graph.node("Conv", [source, wei], group=16, pads=[1, 1, 1, 1])])
    deep = graph.fake_quantize(deep, 0.02, 9)
    wei = graph.dequantize(graph.constant("w1", w1), 0.004, 0, np.int8)
    bia = graph.dequantize(graph.constant("b1", b1), F32(0.02) * F32(0.004), 0, np.int32)
    flat = graph.fake_quantize(graph.node("Conv", [deep, wei, bia]), 0.05, 131)
    graph.output(graph.fake_quantize(graph.node("Add", [flat, source]), 0.06, 120))
    x = image([1, 16, 9, 7])
    (found,), warnings = run_graph(graph, target, tmp_path, x)
    q = quantised(x, 0.03, 128)
    d = np.maximum(requantised(sums_of(q - 128, w0.astype(np.int64), groups=16), 0.03, s0, 0.02, 9), 9)
    f = requantised(sums_of(d - 9, w1.astype(np.int64), pad=0) + b1.reshape(1, -1, 1, 1), 0.02, 0.004, 0.05, 131)
    total = dequantised(f, 0.05, 131) + dequantised(q, 0.03, 128)
    np.testing.assert_array_equal(found, dequantised(quantised(total, 0.06, 120), 0.06, 120))
    assert not warnings


@pytest.mark.parametrize("target", TARGETS)
def test_matrices_of_both_kinds(target, tmp_path):
    """Gemm with a bias and transposed weights, MatMul of two activations, of which one is signed, and a mean."""
    random = np.random.default_rng(7)
    w, b = random.integers(-128, 128, [12, 20]).astype(np.int8), random.integers(-2000, 2000, [12]).astype(np.int32)
    graph = Graph()
    source = graph.fake_quantize(graph.input("x", [6, 20]), 0.03, 128)
    wei = graph.dequantize(graph.constant("w", w), 0.01, 0, np.int8)
    bia = graph.dequantize(graph.constant("b", b), F32(0.03) * F32(0.01), 0, np.int32)
    dense = graph.fake_quantize(graph.node("Gemm", [source, wei, bia], transB=1), 0.09, 120)
    other = graph.fake_quantize(graph.input("y", [12, 5]), 0.02, -3, np.int8)
    product = graph.fake_quantize(graph.node("MatMul", [dense, other]), 0.2, 10, np.int8)
    graph.output(product)
    mean = graph.node("ReduceMean", [product, graph.constant("axes", np.array([-1]))], keepdims=0)
    graph.output(graph.fake_quantize(mean, 0.1, 3, np.int8))
    x, y = image([6, 20]), image([12, 5], 2)
    (found, averaged), _ = run_graph(graph, target, tmp_path, x, y)
    q, r = quantised(x, 0.03, 128) - 128, quantised(y, 0.02, -3, np.int8) + 3
    d = requantised(q @ w.T.astype(np.int64) + b, 0.03, F32(0.01), 0.09, 120)
    p = requantised((d - 120) @ r, 0.09, F32(0.02), 0.2, 10, np.int8)
    np.testing.assert_array_equal(found, dequantised(p, 0.2, 10))
    m = requantised((p - 10).sum(1), 0.2, F32(1) / F32(5), 0.1, 3, np.int8)
    np.testing.assert_array_equal(averaged, dequantised(m, 0.1, 3))
