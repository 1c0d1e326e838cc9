# SPDX-License-Identifier: Apache-2.0
"""MatMulNBits and its like: bit by bit as docs/numerics.md defines rows by groups, and near what ONNX Runtime gives."""

import numpy as np
import pytest
from onnx import TensorProto

from group_models import quantised_rows, scaled_sums
from nbits_cases import CASES, ONE_GROUP, graph_of, source
from onnx_graphs import Graph
from onnx_runs import run_onnx
from programs import DATA, run

TARGETS = ["x86-64-avx512_vnni", "x86-64-avx2", "arm-64-dotprod", "hexagon-64-hvx"]
WITHOUT_F32 = ["hexagon-64-hvx"]  # vectors, in which scales by group are applied


def padded(array, width):
    return np.pad(array, [(0, 0), (0, width - array.shape[1])])


def definition(layer, x):
    """docs/numerics.md, each operation rounded to f32."""
    q, row = quantised_rows(x)
    width = layer.scale.shape[1] * layer.block
    total = scaled_sums(padded(q, width), padded(layer.differences, width), layer.scale) * row[:, None]
    return total if layer.bias is None else total + layer.bias


def write(graph, folder):
    file = folder / "m.onnx"
    file.write_bytes(graph.bytes())
    return file


@pytest.mark.parametrize("target", TARGETS)
def test_equals_the_definition(target, tmp_path):
    names = ONE_GROUP if target in WITHOUT_F32 else list(CASES)
    graph, outputs = graph_of(names)
    found, _ = run_onnx(write(graph, tmp_path), target, tmp_path, [source(name) for name in names])
    for name, output in zip(names, outputs):
        want = definition(CASES[name][1], source(name))
        np.testing.assert_array_equal(found[output], want, err_msg=name, strict=True)


@pytest.mark.parametrize("target", WITHOUT_F32)
def test_blocks_need_vectors_of_f32(target, tmp_path):
    graph, _ = graph_of(["blocks_of_32"])
    result = run("gen_kernels", f"--model={write(graph, tmp_path)}", f"--target={target}", f"--out={tmp_path / 'out'}", "--quiet")
    assert result.returncode == 1 and result.stderr.count("\n") == 1 and not (tmp_path / "out").exists()
    assert "scales of groups" in result.stderr and "no vectors of f32" in result.stderr


@pytest.mark.parametrize("name", CASES)
def test_near_onnx_runtime(name):
    """The definition against stored results of ONNX Runtime, which quantises rows by block (accuracy_level 4) or not at all.

    A quantised activation is off by at most half a step, whose size is at most a 127th of the row's largest: twice, where both
    sides quantise. As these errors are independent, results are much nearer.
    """
    layer, x = CASES[name][1], source(name)
    gap = np.abs(definition(layer, x).astype(np.float64) - np.load(DATA / "matmul_nbits" / "expected.npz")[name])
    wei = np.abs(layer.differences * np.repeat(layer.scale, layer.block, axis=1)[:, : layer.k].astype(np.float64))
    steps = np.abs(x).max(axis=1, keepdims=True) / 127
    assert (gap <= steps * wei.sum(axis=1) * 1.001).all()
    exact = np.sqrt((x.astype(np.float64) ** 2) @ (wei.T**2))  # a result's standard deviation, about
    assert np.sqrt((gap**2).mean()) <= 0.012 * np.sqrt((exact**2).mean())


@pytest.mark.parametrize("target", ["x86-64-avx512_vnni", "arm-64-dotprod"])
def test_block_wise_dequantised_weights(target, tmp_path):
    """INT4 and UINT4 weights of MatMul and Gemm by activations in float, and by quantised ones."""
    random = np.random.default_rng(8)
    signed, unsigned = random.integers(-8, 8, [96, 10]), random.integers(0, 16, [12, 64])
    zeros = random.integers(0, 16, [12, 2])
    s0, s1 = (random.random(shape).astype(np.float32) / 8 + np.float32(0.01) for shape in ([3, 10], [12, 2]))
    bias = random.random(12).astype(np.float32)
    graph = Graph()
    operands = [graph.nibbles("w0", signed, TensorProto.INT4), graph.constant("s0", s0)]
    wei = graph.node("DequantizeLinear", operands, axis=0, block_size=32)
    outputs = [graph.output(graph.node("MatMul", [graph.input("x", [4, 96]), wei]))]
    operands = [graph.nibbles("w1", unsigned, TensorProto.UINT4), graph.constant("s1", s1), graph.nibbles("z1", zeros, TensorProto.UINT4)]
    wei = graph.node("DequantizeLinear", operands, axis=1, block_size=32)
    quantised = graph.fake_quantize(graph.input("y", [5, 64]), 0.03, 120)
    outputs.append(graph.output(graph.node("Gemm", [quantised, wei, graph.constant("b", bias)], transB=1)))
    x, y = random.standard_normal([4, 96]).astype(np.float32), random.standard_normal([5, 64]).astype(np.float32)
    found, warnings = run_onnx(write(graph, tmp_path), target, tmp_path, [x, y])
    q, row = quantised_rows(x)
    np.testing.assert_array_equal(found[outputs[0]], scaled_sums(q, signed.T, s0.T) * row[:, None], strict=True)
    fixed = np.clip(np.rint(y / np.float32(0.03)) + 120, 0, 255).astype(np.int64) - 120
    want = scaled_sums(fixed, unsigned - np.repeat(zeros, 32, axis=1), s1) * np.float32(0.03) + bias
    np.testing.assert_array_equal(found[outputs[1]], want, strict=True)
    assert any("quantised by row" in line for line in warnings)
