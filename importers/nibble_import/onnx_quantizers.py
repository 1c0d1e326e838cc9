# SPDX-License-Identifier: Apache-2.0
"""Nodes that quantise and dequantise."""

import numpy as np

from .onnx_emitter import identity
from .onnx_file import TYPES, type_name
from .onnx_values import LIMITS, Constant, Dequantized, Scaling, Tensor


def _scaling(converter, node, shape, dtype, scale, zero, axis, block):
    """The Scaling of constants, checked."""
    zeros = np.zeros(scale.shape, np.int64) if zero is None else zero.astype(np.int64)
    scales = scale.astype(np.float32)
    if not (np.isfinite(scales).all() and (scales > 0).all()):
        converter.refuse(node, "a scale that is not finite or not above 0", "scales above 0")
    if zeros.size != scales.size:
        converter.refuse(node, f"{zeros.size} zero points", f"one for each of {scales.size} scales")
    if scales.size == 1 and not block:
        return Scaling(scales.reshape([1]), zeros.reshape([1]), dtype)
    expected = [shape[axis]]
    if block:
        expected = [*shape[:axis], -(-shape[axis] // block), *shape[axis + 1 :]]
    if list(scales.shape) != expected:
        converter.refuse(node, f"scales {list(scales.shape)}", f"{expected} along axis {axis} of {shape}")
    return Scaling(scales, zeros, dtype, axis, block)


class _Scales:
    """Scale and zero point of a node: inputs 1 and 2."""

    def __init__(self, converter, node):
        self.scale = converter.needed(node, 1)
        self.zero = converter.input(node, 2)
        self.constant = isinstance(self.scale, Constant) and (self.zero is None or isinstance(self.zero, Constant))
        self.size = int(np.prod(self.scale.shape))

    def inputs(self, emitter):
        return [emitter.operand(self.scale), -1 if self.zero is None else emitter.operand(self.zero)]

    def attributes(self, converter, node, value):
        block = node.attributes.get("block_size", 0)
        one = self.size == 1 and not block
        axis = 0 if one else converter.axis(node, node.attributes.get("axis", 1), len(value.shape))
        return {"axis": axis, "block_size": block}


def dequantize_linear(converter, node):
    value, scales = converter.needed(node, 0), _Scales(converter, node)
    if not isinstance(value, (Constant, Tensor)) or value.dtype not in (*LIMITS, "s32"):
        converter.refuse(node, f"an input of {value.dtype}", "integers of 4 to 32 bits")
    attributes = scales.attributes(converter, node, value)
    if scales.constant:
        zero = None if scales.zero is None else scales.zero.array
        block, axis = attributes["block_size"], attributes["axis"]
        scaling = _scaling(converter, node, value.shape, value.dtype, scales.scale.array, zero, axis, block)
        if isinstance(value, Constant):
            converter.set(node, Dequantized(value, scaling))
            return
        if scaling.is_one and not scaling.block:
            converter.set(node, Dequantized(converter.emitter.with_scaling(value, scaling), scaling))
            return
    if scales.scale.dtype != "f32":
        converter.refuse(node, f"a computed scale of {scales.scale.dtype}", "f32")
    emitter = converter.emitter
    result = emitter.new(node.outputs[0], value.shape, "f32", identity(len(value.shape)))
    emitter.operator("dequantize_linear", [emitter.operand(value), *scales.inputs(emitter)], result.index, attributes)
    converter.set(node, result)


def _result_type(converter, node, zero):
    if zero is not None:
        dtype = zero.dtype
    else:
        code = node.attributes.get("output_dtype", 0)
        dtype = TYPES.get(code, type_name(code)) if code else "u8"
    if dtype not in LIMITS:
        converter.refuse(node, f"a result of {dtype}", "one of " + ", ".join(LIMITS))
    return dtype


def quantize_linear(converter, node):
    value, scales = converter.needed(node, 0), _Scales(converter, node)
    if value.dtype != "f32":
        converter.refuse(node, f"an input of {value.dtype}", "f32")
    dtype = _result_type(converter, node, scales.zero)
    attributes = scales.attributes(converter, node, value)
    if scales.constant:
        zero = None if scales.zero is None else scales.zero.array
        axis, block = attributes["axis"], attributes["block_size"]
        scaling = _scaling(converter, node, value.shape, dtype, scales.scale.array, zero, axis, block)
        if isinstance(value, Constant) or (scaling.is_one and not block and dtype not in ("s4", "u4")):
            converter.set(node, converter.integers(value, scaling))
            return
    emitter, source = converter.emitter, converter.floats(value)
    result = emitter.new(node.outputs[0], value.shape, dtype, identity(len(value.shape)))
    inputs = [emitter.operand(source), *scales.inputs(emitter)]
    if inputs[2] < 0:
        inputs[2] = emitter.constant(np.zeros(scales.scale.shape), dtype, name="zero_point")
    emitter.operator("quantize_linear", inputs, result.index, attributes, "float")
    converter.set(node, result)


def dynamic_quantize_linear(converter, node):
    emitter = converter.emitter
    source = converter.floats(converter.needed(node, 0))
    if isinstance(source, Constant):
        converter.refuse(node, "a constant input", "a computed one")
    result = emitter.new(node.outputs[0], source.shape, "u8", source.perm)
    scale = emitter.new(f"{node.outputs[0]}/scale", [], "f32", ())
    zero = emitter.new(f"{node.outputs[0]}/zero_point", [], "u8", ())
    emitter.operator("dynamic_quantize", [source.index], [result.index, scale.index, zero.index], {}, "float")
    converter.set(node, result, scale, zero)


def cast(converter, node):
    value, code = converter.needed(node, 0), node.attributes.get("to", 0)
    dtype = TYPES.get(code, type_name(code))
    if value.dtype == dtype:
        converter.set(node, value)
    elif dtype == "f32" and isinstance(value, Tensor) and value.dtype in ("s32", *LIMITS):
        converter.set(node, Dequantized(value, None))
    else:
        converter.refuse(node, f"{value.dtype} to {dtype}", "integers of 4 to 32 bits to f32")


HANDLERS = {
    "Cast": cast,
    "DequantizeLinear": dequantize_linear,
    "DynamicQuantizeLinear": dynamic_quantize_linear,
    "QuantizeLinear": quantize_linear,
}
