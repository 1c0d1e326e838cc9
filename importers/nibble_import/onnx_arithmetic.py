# SPDX-License-Identifier: Apache-2.0
"""Nodes that compute element by element: tables of bytes, or arithmetic in f32 between integers."""

import numpy as np

from .onnx_emitter import identity
from .onnx_fake_quantise import fake_quantised
from .onnx_functions import BINARY, UNARY
from .onnx_products import with_bias
from .onnx_values import BYTES, LIMITS, Constant, Dequantized, Pending, Tensor

_FUNCTIONS = {"Add": "add", "Div": "div", "Max": "maximum", "Min": "minimum", "Mul": "mul", "Sub": "sub"}


def unary(converter, node):
    value = converter.needed(node, 0)
    attributes = dict(node.attributes)
    if node.type == "Clip":
        bounds = [converter.constant(node, i) for i in (1, 2)]
        ends = [attributes.get("min", -np.inf), attributes.get("max", np.inf)]
        ends = [end if bound is None else float(bound.ravel()[0]) for bound, end in zip(bounds, ends)]
        attributes.update({"low": ends[0], "high": ends[1]})
        if isinstance(value, Tensor) and value.dtype in BYTES:
            converter.set(node, _clipped_bytes(converter, value, ends))
            return
    if value.dtype != "f32":
        converter.refuse(node, f"an input of {value.dtype}", "f32")
    converter.set(node, converter.pending(node, [value], value.shape, **attributes))


def _clipped_bytes(converter, tensor, ends):
    """Fewer levels than the type has, between QuantizeLinear and DequantizeLinear."""
    low, high = LIMITS[tensor.dtype]
    if ends[0] <= low and ends[1] >= high:
        return tensor
    return converter.table(tensor, np.clip(converter.every_byte(tensor.dtype), *ends), tensor.dtype)


def binary(converter, node):
    if len(node.inputs) != 2:
        converter.refuse(node, f"{len(node.inputs)} inputs", 2)
    values = [converter.needed(node, 0), converter.needed(node, 1)]
    for value in values:
        if value.dtype != "f32":
            converter.refuse(node, f"an input of {value.dtype}", "f32")
    try:
        shape = np.broadcast_shapes(values[0].shape, values[1].shape)
    except ValueError:
        converter.refuse(node, f"shapes {values[0].shape} and {values[1].shape}", "shapes that broadcast")
    if node.type == "Add":
        biased = with_bias(converter, node, values, list(shape))
        if biased is not None:
            converter.set(node, biased)
            return
    quantised = fake_quantised(converter, values) if node.type == "Mul" else None
    if quantised is not None:
        converter.set(node, quantised)
        return
    converter.set(node, converter.pending(node, values, shape))


def table_of(value):
    """(an 8-bit Tensor, f32 of each of its bytes) of which the value is a function, element by element; or None."""
    if isinstance(value, Dequantized) and isinstance(value.source, Tensor) and value.source.dtype in BYTES:
        if value.scaling is None or not value.scaling.is_one:
            return None
        bytes_of = np.arange(256).astype(np.uint8).view(np.int8 if value.source.dtype == "s8" else np.uint8)
        return value.source, value.scaling.reals(bytes_of)
    if not isinstance(value, Pending):
        return None
    with np.errstate(all="ignore"):
        if value.kind in UNARY:
            found = table_of(value.inputs[0])
            return found and (found[0], UNARY[value.kind](found[1], value.attributes))
        if value.kind in BINARY:
            return _binary_table(value)
    return None


def _binary_table(value):
    operands = [_operand_table(operand) for operand in value.inputs]
    tensors = [found[0] for found in operands if found and found[0] is not None]
    if not all(operands) or not tensors or any(tensor != tensors[0] for tensor in tensors):
        return None
    if list(value.shape) != tensors[0].shape:
        return None
    return tensors[0], np.broadcast_to(BINARY[value.kind](operands[0][1], operands[1][1]), [256]).astype(np.float32)


def _operand_table(value):
    """As table_of; (None, the number) of a scalar constant."""
    if isinstance(value, Constant) and value.array.size == 1:
        return None, value.array.astype(np.float32).ravel()
    if isinstance(value, Dequantized) and isinstance(value.source, Constant) and value.source.array.size == 1:
        return None, value.scaling.reals(value.source.array).ravel()
    return table_of(value)


def table(converter, value, scaling, clamp):
    """The integer form of a function of single bytes."""
    found = table_of(value) if scaling.dtype in BYTES else None
    if found is None:
        return None
    tensor, reals = found
    low, high = clamp or (-np.inf, np.inf)
    return converter.table(tensor, scaling.integers(np.clip(reals, low, high)), scaling.dtype, scaling)


def clipped(converter, value, scaling, clamp):
    """Relu and Clip of what has an integer form: its clamp."""
    low, high = clamp or (-np.inf, np.inf)
    ends = (0, np.inf) if value.kind == "Relu" else (value.attributes["low"], value.attributes["high"])
    both = (max(low, min(ends[0], high)), min(high, max(ends[1], low)))
    return converter.integers(value.inputs[0], scaling, both)


def clipped_floats(converter, value):
    source = converter.floats(value.inputs[0])
    ends = (0, np.inf) if value.kind == "Relu" else (value.attributes["low"], value.attributes["high"])
    for kind, end in (("Max", ends[0]), ("Min", ends[1])):
        if np.isfinite(end):
            source = arithmetic(converter, kind, [source, Constant(np.array([end], np.float32), "f32")], value)
    return source


def _operand(converter, value):
    """A Tensor that arithmetic_f32 reads, or a Constant of f32."""
    if isinstance(value, Dequantized) and isinstance(value.source, Tensor):
        if value.scaling is None and value.source.dtype == "s32":
            return value.source
        if value.scaling is not None and value.scaling.is_one and value.source.dtype in ("s8", "u8", "s16", "u16"):
            return value.source
    return converter.floats(value)


def _aligned(converter, operand, rank, perm):
    """The index of an operand with all dimensions, in this order."""
    shape = [1] * (rank - len(operand.shape)) + list(operand.shape)
    if isinstance(operand, Constant):
        array = operand.array.reshape(shape)
        return converter.emitter.constant(array.transpose(perm) if array.size > 1 else array.reshape([1] * rank), "f32")
    if len(operand.shape) != rank:
        operand = converter.emitter.reshaped(operand, shape)
    return converter.emitter.laid(operand, perm).index


def arithmetic(converter, kind, inputs, value, scaling=None, activation="none"):
    """arithmetic_f32 of two values; a Tensor of `scaling`'s integers, or of f32."""
    operands = [_operand(converter, operand) for operand in inputs]
    rank = len(value.shape)
    whole = [operand for operand in operands if isinstance(operand, Tensor) and len(operand.shape) == rank]
    perm = next((t.perm for t in whole if t.perm != identity(rank)), identity(rank))
    indices = [_aligned(converter, operand, rank, perm) for operand in operands]
    dtype = scaling.dtype if scaling else "f32"
    result = converter.emitter.new(value.node.outputs[0], value.shape, dtype, perm, scaling)
    attributes = {"function": _FUNCTIONS[kind], "activation": activation}
    converter.emitter.operator("arithmetic_f32", indices, result.index, attributes, "float")
    return result


def _is_quantised(value):
    return isinstance(value, Dequantized) and (value.scaling is None or value.source.dtype in LIMITS)


def quantised_arithmetic(converter, value, scaling, clamp):
    if value.kind not in _FUNCTIONS or scaling.dtype in ("s4", "u4"):
        return None
    if not any(_is_quantised(operand) for operand in value.inputs):
        return None
    activation, rest = converter.activation(scaling, clamp)
    return converter.clamped(arithmetic(converter, value.kind, value.inputs, value, scaling, activation), scaling, rest)


def float_arithmetic(converter, value):
    if value.kind not in _FUNCTIONS:
        return None
    return arithmetic(converter, value.kind, value.inputs, value)


HANDLERS = {**dict.fromkeys(UNARY, unary), **dict.fromkeys(BINARY, binary)}
INTEGER_FORMS = {
    "Table": table,
    "Relu": clipped,
    "Clip": clipped,
    **dict.fromkeys(_FUNCTIONS, quantised_arithmetic),
}
FLOAT_FORMS = {"Relu": clipped_floats, "Clip": clipped_floats, **dict.fromkeys(_FUNCTIONS, float_arithmetic)}
