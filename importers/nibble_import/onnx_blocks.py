# SPDX-License-Identifier: Apache-2.0
"""Matrix products of f32 by constant weights, which quantise rows at run time: MatMulNBits, MatMul and Gemm."""

import numpy as np

from . import onnx_products as products
from .onnx_emitter import identity
from .onnx_values import BYTES, Constant, Dequantized, Scaling

BITS = (4, 8)
STEP = 8  # groups have a multiple of it
LEVELS = (0, 4)  # of accuracy_level: unset, and s8


def row_weights(pending):
    """The right side as (numbers [n, k], Scaling of one group or more along k); or None where kernels have no such."""
    if pending.kind == "MatMulNBits":
        return pending.attributes["weights"]
    value = pending.inputs[1]
    if not isinstance(value, Dequantized) or not isinstance(value.source, Constant) or value.scaling is None:
        return None
    scaling, array = value.scaling, value.source.array
    if array.ndim != 2 or scaling.dtype not in ("s4", "u4", *BYTES):
        return None
    if scaling.block:
        if scaling.axis != 0 or scaling.block % STEP:
            return None
        turned = Scaling(scaling.scale.T, scaling.zero.T, scaling.dtype, 1, scaling.block)
    elif scaling.is_one or scaling.axis == 1:
        turned = Scaling(scaling.scale, scaling.zero, scaling.dtype, 0)
    else:
        return None
    return centred(array.T, turned)


def centred(array, scaling):
    """8-bit weights less their zero points, as s8, or None where they do not fit; those of 4 bits as they are."""
    if scaling.dtype not in BYTES:
        return array, scaling
    array = array.astype(np.int64) - scaling.spread(array, scaling.zero)
    if array.min() < -128 or array.max() > 127:
        return None
    return array, Scaling(scaling.scale, np.zeros_like(scaling.zero), "s8", scaling.axis, scaling.block)


def product_of_rows(converter, pending, weights):
    """fully_connected with an f32 result. `weights`: what row_weights gives."""
    emitter = converter.emitter
    array, scaling = weights
    missing = -array.shape[1] % scaling.block if scaling.block else 0
    if missing:
        array = np.pad(array, [(0, 0), (0, missing)])
    source = _source(converter, pending, missing)
    wei = emitter.constant(array, scaling.dtype, scaling, "OI", "weights")
    bias = -1
    if len(pending.inputs) > 2:
        constant = converter.floats(pending.inputs[2])
        if not isinstance(constant, Constant):
            converter.refuse(pending.node, "a computed bias", "a constant")
        row = np.broadcast_to(constant.array.reshape([-1]), [array.shape[0]])
        bias = emitter.constant(row, "f32", layout="O", name="bias")
    result = emitter.new(pending.node.outputs[0], pending.shape, "f32", identity(len(pending.shape)))
    emitter.operator("fully_connected", [source, wei, bias], result.index, {"activation": "none"})
    return result


def _source(converter, pending, missing):
    """The index of the left side with `missing` inputs more, which count nothing."""
    emitter, value, zero = converter.emitter, pending.inputs[0], 0
    quantised = products.activation_of(value)
    if quantised is not None and quantised.source.dtype in BYTES:
        source, zero = quantised.source, int(quantised.scaling.zero.ravel()[0])
    else:
        source = converter.floats(value)
        if pending.node.attributes.get("accuracy_level") != 4:
            converter.warn(pending.node, "its activations are quantised by row at run time")
    if missing:
        shape = [*source.shape[:-1], source.shape[-1] + missing]
        margins = [0] * (len(shape) - 1)
        source = emitter.moved("pad", source, shape, {"before": [*margins, 0], "after": [*margins, missing], "value": zero})
    return emitter.operand(source)


def matmul_nbits(converter, node):
    """com.microsoft's: B [n, ceil(k / block_size), block_size * bits / 8] bytes, of 4 bits the first in the low half."""
    source = converter.needed(node, 0)
    k, n, block = (_number(converter, node, key) for key in ("K", "N", "block_size"))
    bits, level = node.attributes.get("bits", 4), node.attributes.get("accuracy_level", 0)
    if bits not in BITS or block % STEP:
        converter.refuse(node, f"{bits} bits in blocks of {block}", f"4 or 8 bits in blocks of a multiple of {STEP}")
    if level not in LEVELS:
        converter.refuse(node, f"accuracy_level {level}", "0 or 4, which let rows be quantised")
    if source.dtype != "f32" or not source.shape or source.shape[-1] != k:
        converter.refuse(node, f"an input of {source.dtype} {source.shape}", f"f32 [.., {k}]")
    if converter.input(node, 4) is not None:
        converter.refuse(node, "g_idx", "none")
    inputs = [source, None] + ([converter.input(node, 5)] if converter.input(node, 5) is not None else [])
    pending = converter.pending(node, inputs, [*source.shape[:-1], n])
    blocks = -(-k // block)
    numbers = _sized(converter, node, 1, n * blocks * block * bits // 8, "B")
    array = _numbers(numbers, bits).reshape([n, blocks * block])[:, :k]
    scaling = Scaling(*_block_scales(converter, node, n, blocks, bits), f"u{bits}", 1, block)
    pending.attributes["weights"] = centred(array, scaling)
    if pending.attributes["weights"] is None:
        converter.refuse(node, "8-bit weights that leave s8 less their zero points", "zero points next to 128")
    converter.set(node, pending)


def _number(converter, node, key):
    value = node.attributes.get(key)
    if not isinstance(value, int) or not 0 < value < 2**31:
        converter.refuse(node, f"{key} {value}", "a number above 0")
    return value


def _block_scales(converter, node, n, blocks, bits):
    """Scales and zero points [n, blocks]."""
    scale = _sized(converter, node, 2, n * blocks, "scales").astype(np.float32).reshape([n, blocks])
    if not (np.isfinite(scale).all() and (scale > 0).all()):
        converter.refuse(node, "a scale that is not finite or not above 0", "scales above 0")
    zeros = converter.constant(node, 3)
    if zeros is None:
        return scale, np.full([n, blocks], 1 << (bits - 1))
    if zeros.dtype != np.uint8:
        converter.refuse(node, f"zero_points of {zeros.dtype}", "uint8")
    # Rows of blocks begin on whole bytes.
    packed = _sized(converter, node, 3, n * -(-blocks * bits // 8), "zero_points")
    return scale, _numbers(packed, bits).reshape([n, -1])[:, :blocks].astype(np.int64)


def _sized(converter, node, position, size, what):
    array = converter.constant(node, position)
    if array is None or array.size != size:
        converter.refuse(node, f"{what} of {0 if array is None else array.size} elements", size)
    return array.ravel()


def _numbers(array, bits):
    array = array.astype(np.uint8)
    return np.stack([array & 15, array >> 4], axis=-1).ravel() if bits == 4 else array


def float_nbits(converter, pending):
    return product_of_rows(converter, pending, row_weights(pending))


HANDLERS = {"MatMulNBits": matmul_nbits}
FLOAT_FORMS = {"MatMulNBits": float_nbits}
