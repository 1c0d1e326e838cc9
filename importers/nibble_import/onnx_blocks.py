# SPDX-License-Identifier: Apache-2.0
"""Weights of 4 bits with a scale for each block of inputs: MatMulNBits, and MatMul of a block-wise DequantizeLinear."""

import numpy as np

from .onnx_emitter import identity
from .onnx_values import Constant, Dequantized, Scaling

BLOCK_SIZES = (16, 32, 64, 128, 256)


def block_weights(pending):
    """The right side's (numbers [n, k], Scaling) where it has a scale for each block of k; or None."""
    if pending.kind == "MatMulNBits":
        return pending.attributes["blocks"]
    value = pending.inputs[1]
    if not isinstance(value, Dequantized) or not isinstance(value.source, Constant) or value.scaling is None:
        return None
    scaling = value.scaling
    if not scaling.block or scaling.axis != 0 or len(value.shape) != 2 or scaling.dtype not in ("s4", "u4"):
        return None
    if value.shape[0] % scaling.block:
        return None
    turned = Scaling(scaling.scale.transpose(1, 0), scaling.zero.transpose(1, 0), scaling.dtype, 1, scaling.block)
    return value.source.array.transpose(1, 0), turned


def matmul_of_blocks(converter, pending, blocks):
    """fully_connected with f32 on both sides and weights [n, k] in groups of k."""
    emitter = converter.emitter
    array, scaling = blocks
    source = emitter.operand(converter.floats(pending.inputs[0]))
    wei = emitter.constant(array, scaling.dtype, scaling, "OI", "weights")
    bias = -1
    if len(pending.inputs) > 2:
        constant = converter.floats(pending.inputs[2])
        if not isinstance(constant, Constant):
            converter.refuse(pending.node, "a computed bias", "a constant")
        bias = emitter.constant(constant.array.reshape([-1]), "f32", layout="O", name="bias")
    result = emitter.new(pending.node.outputs[0], pending.shape, "f32", identity(len(pending.shape)))
    emitter.operator("fully_connected", [source, wei, bias], result.index, {"activation": "none"}, "float")
    return result


def _number(converter, node, key):
    value = node.attributes.get(key)
    if not isinstance(value, int) or value < 1:
        converter.refuse(node, f"{key} {value}", "a number above 0")
    return value


def matmul_nbits(converter, node):
    """com.microsoft's: B [n, ceil(k / block_size), block_size / 2] bytes, two numbers each, the first in the low half."""
    source = converter.needed(node, 0)
    k, n = _number(converter, node, "K"), _number(converter, node, "N")
    block = node.attributes.get("block_size", 0)
    if node.attributes.get("bits", 4) != 4 or block not in BLOCK_SIZES:
        bits = node.attributes.get("bits", 4)
        converter.refuse(node, f"{bits} bits in blocks of {block}", f"4 bits in blocks of {', '.join(map(str, BLOCK_SIZES))}")
    if k % block:
        converter.refuse(node, f"K = {k} in blocks of {block}", "whole blocks")
    if not source.shape or source.shape[-1] != k:
        converter.refuse(node, f"an input {source.shape}", f"[.., {k}]")
    if converter.input(node, 4) is not None:
        converter.refuse(node, "g_idx", "none")
    blocks = k // block
    bytes_of = _sized(converter, node, 1, n * k // 2, "B").astype(np.uint8)
    array = _halves(bytes_of).reshape([n, k])
    scale = _sized(converter, node, 2, n * blocks, "scales").astype(np.float32).reshape([n, blocks])
    if not (np.isfinite(scale).all() and (scale > 0).all()):
        converter.refuse(node, "a scale that is not finite or not above 0", "scales above 0")
    zero = np.full([n, blocks], 8)
    zeros = converter.constant(node, 3)
    if zeros is not None:
        if zeros.dtype != np.uint8:
            converter.refuse(node, f"zero_points of {zeros.dtype}", "uint8")
        # Rows of blocks begin on whole bytes.
        packed = _sized(converter, node, 3, n * -(-blocks // 2), "zero_points")
        zero = _halves(packed).reshape([n, -1])[:, :blocks].astype(np.int64)
    inputs = [source, None] + ([converter.input(node, 5)] if converter.input(node, 5) is not None else [])
    pending = converter.pending(node, inputs, [*source.shape[:-1], n], channels=n)
    pending.attributes["blocks"] = (array, Scaling(scale, zero.astype(np.int64), "u4", 1, block))
    converter.set(node, pending)


def _sized(converter, node, position, size, what):
    array = converter.constant(node, position)
    if array is None or array.size != size:
        converter.refuse(node, f"{what} of {0 if array is None else array.size} elements", size)
    return array.ravel()


def _halves(array):
    return np.stack([array & 15, array >> 4], axis=-1).ravel()


def float_nbits(converter, pending):
    return matmul_of_blocks(converter, pending, block_weights(pending))


HANDLERS = {"MatMulNBits": matmul_nbits}
FLOAT_FORMS = {"MatMulNBits": float_nbits}
