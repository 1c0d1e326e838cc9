# SPDX-License-Identifier: Apache-2.0
"""MatMul, Gemm and MatMulInteger."""

import numpy as np

from . import onnx_products as products
from .onnx_arithmetic import arithmetic
from .onnx_blocks import product_of_rows, row_weights
from .onnx_conv import zero_points
from .onnx_emitter import identity
from .onnx_graph import Mover, reshaping
from .onnx_values import BYTES, Constant, Dequantized, Tensor


def product_shape(converter, node, lhs, rhs):
    """The shape of numpy's matmul of matrices."""
    if len(lhs) < 2 or len(rhs) < 2 or lhs[-1] != rhs[-2]:
        converter.refuse(node, f"shapes {list(lhs)} and {list(rhs)}", "matrices [.., m, k] and [.., k, n]")
    try:
        batch = np.broadcast_shapes(tuple(lhs[:-2]), tuple(rhs[:-2]))
    except ValueError:
        converter.refuse(node, f"shapes {list(lhs)} and {list(rhs)}", "batches that broadcast")
    return [*batch, lhs[-2], rhs[-1]]


def matmul(converter, node):
    lhs, rhs = converter.needed(node, 0), converter.needed(node, 1)
    shape = product_shape(converter, node, lhs.shape, rhs.shape)
    channels = shape[-1] if len(rhs.shape) == 2 else None
    converter.set(node, converter.pending(node, [lhs, rhs], shape, channels=channels))


def transposing(converter, perm, shape):
    def tensor(source):
        moved = tuple(perm.index(d) for d in source.perm)
        return Tensor(source.index, source.dtype, [source.shape[d] for d in perm], moved)

    return Mover(shape, lambda array: array.transpose(perm), tensor)


def transposed(converter, node, value, perm):
    """The value with ONNX's dimension i from dimension perm[i]; of constants with a scale a channel, too."""
    shape = [value.shape[d] for d in perm]
    mover = transposing(converter, list(perm), shape)
    if isinstance(value, Dequantized) and isinstance(value.source, Constant) and not value.scaling.is_one:
        scaling = value.scaling
        moved = type(scaling)(scaling.scale, scaling.zero, scaling.dtype, list(perm).index(scaling.axis), scaling.block)
        if scaling.block:
            moved.scale, moved.zero = scaling.scale.transpose(perm), scaling.zero.transpose(perm)
        return Dequantized(converter.move(node, value.source, mover), moved)
    return converter.move(node, value, mover)


def gemm(converter, node):
    lhs, rhs = converter.needed(node, 0), converter.needed(node, 1)
    bias = converter.input(node, 2)
    factors = [node.attributes.get(key, 1.0) for key in ("alpha", "beta")]
    if factors[0] != 1 or (bias is not None and factors[1] != 1):
        converter.refuse(node, f"alpha and beta of {factors}", "1")
    if len(lhs.shape) != 2 or len(rhs.shape) != 2:
        converter.refuse(node, f"shapes {lhs.shape} and {rhs.shape}", "matrices")
    if node.attributes.get("transA", 0):
        lhs = transposed(converter, node, lhs, (1, 0))
    if node.attributes.get("transB", 0):
        rhs = transposed(converter, node, rhs, (1, 0))
    shape = product_shape(converter, node, lhs.shape, rhs.shape)
    inputs = [lhs, rhs]
    if bias is not None:
        inputs.append(_row(converter, node, bias, shape[-1]))
    converter.set(node, converter.pending(node, inputs, shape, channels=shape[-1]))


def _row(converter, node, bias, channels):
    """A bias of one dimension."""
    if int(np.prod(bias.shape)) not in (1, channels) or (bias.shape and bias.shape[-1] not in (1, channels)):
        converter.refuse(node, f"a bias {bias.shape}", f"[{channels}]")
    return bias if len(bias.shape) == 1 else converter.move(node, bias, reshaping(converter, [int(np.prod(bias.shape))]))


def _sides(pending):
    """(activation, activation or None, weights or None) of both sides."""
    lhs = products.activation_of(pending.inputs[0])
    rhs = pending.inputs[1]
    weights = products.weights_of(rhs, len(rhs.shape) - 1) if len(rhs.shape) == 2 else None
    return lhs, products.activation_of(rhs), weights


def quantised_matmul(converter, pending, scaling, clamp):
    lhs, rhs, weights = _sides(pending)
    bytes_only = scaling.dtype in BYTES and all(side is None or side.source.dtype in BYTES for side in (lhs, rhs))
    if lhs is not None and weights is not None:
        weights.array = weights.array.transpose(1, 0)
        bias = products.bias_of(converter, pending, lhs.scaling.scale.ravel()[0], weights)
        fitted = products.fitted(weights, lhs.source.dtype) if bytes_only else None
        if fitted is not None:
            return _dense(converter, pending, lhs, fitted, bias, scaling, clamp)
        if bias is not None:
            return None
        sums = _weighted_sums(converter, pending, lhs, weights)
        return products.requantised(converter, pending, sums, [lhs.scaling.scale, weights.scale], scaling, clamp)
    if len(pending.inputs) > 2:
        return None
    sides = _constant_sides(converter, pending, lhs, rhs)
    if sides is None:
        return None
    if bytes_only:
        return _batched(converter, pending, *sides, scaling, clamp)
    sums = _sums_of(converter, pending, *sides)
    return products.requantised(converter, pending, sums, [side.scaling.scale for side in sides], scaling, clamp)


def _constant_sides(converter, pending, lhs, rhs):
    """Both sides as Dequantized of one scale each, at least one of them an activation; or None."""
    sides = [lhs or pending.inputs[0], rhs or pending.inputs[1]]
    if lhs is None and rhs is None:
        return None
    for side in sides:
        if not isinstance(side, Dequantized) or side.scaling is None or not side.scaling.is_one or side.scaling.block:
            return None
        if side.source.dtype not in (*BYTES, "s16", "u16"):
            return None
    return sides


def _dense(converter, pending, lhs, weights, bias, scaling, clamp):
    emitter = converter.emitter
    written = products.result_type(scaling, lhs.source.dtype)
    activation, rest = converter.activation(written, clamp)
    wei = emitter.constant(weights.array, weights.dtype, weights.scaling(), "OI", "weights")
    bia = products.dense_bias(emitter, bias, lhs.scaling.scale.ravel()[0], weights)
    rank = len(pending.shape)
    result = emitter.new(pending.node.outputs[0], pending.shape, written.dtype, identity(rank), written)
    inputs = [emitter.plain(lhs.source).index, wei, bia]
    emitter.operator("fully_connected", inputs, result.index, {"activation": activation}, "float")
    return converter.in_type(converter.clamped(result, written, rest), written, scaling.dtype)[0]


def _batched(converter, pending, lhs, rhs, scaling, clamp):
    emitter = converter.emitter
    dtype = next(side.source.dtype for side in (lhs, rhs) if isinstance(side.source, Tensor))
    written = products.result_type(scaling, dtype)
    inputs = []
    for side in (lhs, rhs):
        if isinstance(side.source, Constant):
            weights = products.Weights(side.source.array, side.source.dtype, side.scaling.scale, side.scaling.zero)
            moved = products.fitted(weights, dtype)
            inputs.append(emitter.constant(moved.array, dtype, moved.scaling(), name="matrix"))
        else:
            inputs.append(emitter.plain(converter.in_type(side.source, side.scaling, dtype)[0]).index)
    result = emitter.new(pending.node.outputs[0], pending.shape, dtype, identity(len(pending.shape)), written)
    emitter.operator("batch_matmul", inputs, result.index, {"adj_x": False, "adj_y": False}, "float")
    return converter.in_type(converter.clamped(result, written, clamp), written, scaling.dtype)[0]


def matmul_sums(converter, name, shape, inputs, dtypes):
    """matmul_integer of indices: lhs, rhs and their zero points or -1."""
    result = converter.emitter.new(name + "/sums", shape, products.sums_type(*dtypes), identity(len(shape)))
    converter.emitter.operator("matmul_integer", inputs, result.index)
    return result


def _sums_of(converter, pending, lhs, rhs):
    emitter, sides = converter.emitter, (lhs, rhs)
    inputs = [emitter.operand(side.source) for side in sides]
    inputs += [products.zero_index(emitter, side.scaling.zero, side.source.dtype) for side in sides]
    dtypes = [side.source.dtype for side in sides]
    return matmul_sums(converter, pending.node.outputs[0], pending.shape, inputs, dtypes)


def _weighted_sums(converter, pending, lhs, weights):
    """`weights`: channels first."""
    emitter = converter.emitter
    dtype = {"s4": "s8", "u4": "u8"}.get(weights.dtype, weights.dtype)
    inputs = [
        emitter.plain(lhs.source).index,
        emitter.constant(weights.array.transpose(1, 0), dtype, name="weights"),
        products.zero_index(emitter, lhs.scaling.zero, lhs.source.dtype),
        products.zero_index(emitter, weights.zero, dtype),
    ]
    return matmul_sums(converter, pending.node.outputs[0], pending.shape, inputs, [lhs.source.dtype])


def float_matmul(converter, pending):
    lhs, rhs, weights = _sides(pending)
    if lhs is not None and weights is not None:
        weights.array = weights.array.transpose(1, 0)
        sums = _weighted_sums(converter, pending, lhs, weights)
        product = products.dequantised(converter, pending, sums, lhs.scaling.scale * weights.scale)
        return product if len(pending.inputs) == 2 else _plus_bias(converter, pending, product)
    by_rows = row_weights(pending)
    if by_rows is not None:
        return product_of_rows(converter, pending, by_rows)
    if len(pending.inputs) > 2:
        return None
    sides = _constant_sides(converter, pending, lhs, rhs)
    if sides is None:
        return None
    sums = _sums_of(converter, pending, *sides)
    return products.dequantised(converter, pending, sums, sides[0].scaling.scale * sides[1].scaling.scale)


def _plus_bias(converter, pending, product):
    return product and arithmetic(converter, "Add", [product, pending.inputs[2]], pending)


def matmul_integer(converter, node):
    lhs, rhs = converter.needed(node, 0), converter.needed(node, 1)
    if not all(isinstance(value, (Constant, Tensor)) and value.dtype in BYTES for value in (lhs, rhs)):
        converter.refuse(node, f"inputs of {lhs.dtype} and {rhs.dtype}", "s8 or u8")
    shape = product_shape(converter, node, lhs.shape, rhs.shape)
    inputs = [converter.emitter.operand(value) for value in (lhs, rhs)] + zero_points(converter, node, 2, 3)
    converter.set(node, matmul_sums(converter, node.outputs[0], shape, inputs, []))


HANDLERS = {"Gemm": gemm, "MatMul": matmul, "MatMulInteger": matmul_integer}
INTEGER_FORMS = dict.fromkeys(("Gemm", "MatMul"), quantised_matmul)
FLOAT_FORMS = dict.fromkeys(("Gemm", "MatMul"), float_matmul)
