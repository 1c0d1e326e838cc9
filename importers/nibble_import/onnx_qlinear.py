# SPDX-License-Identifier: Apache-2.0
"""The QLinear operators: as their float operators between DequantizeLinear and QuantizeLinear.

Where scales or weights come at run time, products are sums that are requantised by what comes.
"""

import numpy as np

from .onnx_conv import HWIO, NHWC, in_order, windows_of, zero_points
from .onnx_file import OnnxNode
from .onnx_matmul import matmul_sums, product_shape
from .onnx_values import BYTES, Constant, Dequantized, Scaling, Tensor


def _is_constant(converter, node, positions):
    values = [converter.input(node, position) for position in positions]
    return all(value is None or isinstance(value, Constant) for value in values)


def _scaling(converter, node, value, position, axis):
    """The Scaling of inputs `position` and the one after."""
    scale, zero = converter.constant(node, position), converter.constant(node, position + 1)
    if scale is None:
        converter.refuse(node, f"no inputs[{position}]", "a scale")
    scale = scale.astype(np.float32).ravel()
    zeros = np.zeros(scale.size, np.int64) if zero is None else zero.astype(np.int64).ravel()
    if zeros.size not in (1, scale.size) or not (np.isfinite(scale).all() and (scale > 0).all()):
        converter.refuse(node, f"scales {scale[:4]} with {zeros.size} zero points", "scales above 0, and a zero point for each")
    zeros = np.broadcast_to(zeros, scale.shape)
    if scale.size not in (1, value.shape[axis] if value.shape else 1):
        converter.refuse(node, f"{scale.size} scales", f"one, or one for each of {value.shape[axis]}")
    return Scaling(scale, zeros, value.dtype, axis)


def _dequantised(converter, node, position, axis=0):
    """Inputs `position`, scale and zero point after it, as a Dequantized."""
    value = converter.needed(node, position)
    scaling = _scaling(converter, node, value, position + 1, axis)
    if isinstance(value, Tensor):
        if not scaling.is_one:
            converter.refuse(node, f"{scaling.scale.size} scales of a computed tensor", "one")
        value = converter.emitter.with_scaling(value, scaling)
    elif not isinstance(value, Constant):
        converter.refuse(node, f"an input of {value.dtype}", "integers")
    return Dequantized(value, scaling)


def _result_scaling(converter, node, position, dtype):
    zero = converter.input(node, position + 1)
    return _scaling(converter, node, Constant(np.zeros([1]), zero.dtype if zero is not None else dtype), position, 0)


def _through(converter, node, kind, operands, scaling, attributes=None):
    """QuantizeLinear of what the float operator makes of these operands."""
    names = []
    for i, operand in enumerate(operands):
        names.append(f"{node.outputs[0]}/operand{i}")
        converter.values[names[-1]] = operand
    inner = f"{node.outputs[0]}/float"
    made = OnnxNode(node.index, kind, "", node.name, names, [inner], attributes or node.attributes)
    converter.handle(made)
    converter.set(node, converter.integers(converter.values[inner], scaling))


def conv(converter, node):
    if not _is_constant(converter, node, range(1, 9)):
        _conv_at_run_time(converter, node)
        return
    src, wei = _dequantised(converter, node, 0), _dequantised(converter, node, 3, 0)
    operands = [src, wei]
    bias = converter.constant(node, 8)
    if bias is not None:
        scale = (src.scaling.scale * wei.scaling.scale).astype(np.float32).ravel()
        operands.append(Dequantized(Constant(bias, "s32"), Scaling(scale, np.zeros(scale.size, np.int64), "s32", 0)))
    _through(converter, node, "Conv", operands, _result_scaling(converter, node, 6, src.source.dtype))


def _requantised(converter, node, sums, positions, zero_position):
    """requantize_linear with scales and a zero point that come at run time."""
    emitter, zero = converter.emitter, converter.needed(node, zero_position)
    if zero.dtype not in BYTES:
        converter.refuse(node, f"a zero point of {zero.dtype}", "s8 or u8")
    inputs = [emitter.operand(converter.needed(node, position)) for position in (*positions, zero_position)]
    result = emitter.new(node.outputs[0], sums.shape, zero.dtype, sums.perm)
    emitter.operator("requantize_linear", [sums.index, *inputs], result.index, {}, "float")
    converter.set(node, result)


def _conv_at_run_time(converter, node):
    src, wei = converter.needed(node, 0), converter.needed(node, 3)
    if len(src.shape) != 4 or len(wei.shape) != 4:
        converter.refuse(node, f"shapes {src.shape} and {wei.shape}", "[n, c, h, w] and [co, ci, kh, kw]")
    emitter = converter.emitter
    windows = windows_of(converter, node, src, wei.shape[2:], False)
    shape = [src.shape[0], wei.shape[0], *windows.output]
    inputs = [in_order(converter, src, NHWC), in_order(converter, wei, HWIO), *zero_points(converter, node, 2, 5, 8)]
    sums = emitter.new(node.outputs[0] + "/sums", shape, "s32", NHWC, layout="NHWC")
    attributes = {"stride": windows.stride, "dilation": windows.dilation, "padding": windows.padding}
    attributes["groups"] = node.attributes.get("group", 1)
    emitter.operator("conv_integer", inputs, sums.index, attributes)
    _requantised(converter, node, sums, (1, 4, 6), 7)


def matmul(converter, node):
    if not _is_constant(converter, node, (1, 2, 4, 5, 6, 7)):
        lhs, rhs = converter.needed(node, 0), converter.needed(node, 3)
        shape = product_shape(converter, node, lhs.shape, rhs.shape)
        inputs = [converter.emitter.operand(value) for value in (lhs, rhs)] + zero_points(converter, node, 2, 5)
        sums = matmul_sums(converter, node.outputs[0], shape, inputs, [])
        _requantised(converter, node, sums, (1, 4, 6), 7)
        return
    lhs = _dequantised(converter, node, 0)
    rhs = _dequantised(converter, node, 3, len(converter.needed(node, 3).shape) - 1)
    _through(converter, node, "MatMul", [lhs, rhs], _result_scaling(converter, node, 6, lhs.source.dtype))


def binary(kind):
    def handler(converter, node):
        lhs, rhs = _dequantised(converter, node, 0), _dequantised(converter, node, 3)
        _through(converter, node, kind, [lhs, rhs], _result_scaling(converter, node, 6, lhs.source.dtype))

    return handler


def unary(kind):
    def handler(converter, node):
        src = _dequantised(converter, node, 0)
        _through(converter, node, kind, [src], _result_scaling(converter, node, 3, src.source.dtype))

    return handler


def concat(converter, node):
    parts = [_dequantised(converter, node, position) for position in range(2, len(node.inputs), 3)]
    if not parts:
        converter.refuse(node, "no inputs", "at least one")
    _through(converter, node, "Concat", parts, _result_scaling(converter, node, 0, parts[0].source.dtype))


def gemm(converter, node):
    axis = 0 if node.attributes.get("transB", 0) else 1
    lhs, rhs = _dequantised(converter, node, 0), _dequantised(converter, node, 3, axis)
    operands = [lhs, rhs]
    bias = converter.constant(node, 6)
    if bias is not None:
        scale = (lhs.scaling.scale * rhs.scaling.scale).astype(np.float32).ravel()
        operands.append(Dequantized(Constant(bias, "s32"), Scaling(scale, np.zeros(scale.size, np.int64), "s32", 0)))
    if converter.input(node, 7) is None:
        converter.refuse(node, "a result in float", "a scale of the result")
    _through(converter, node, "Gemm", operands, _result_scaling(converter, node, 7, lhs.source.dtype))


HANDLERS = {
    "QGemm": gemm,
    "QLinearAdd": binary("Add"),
    "QLinearAveragePool": unary("AveragePool"),
    "QLinearConcat": concat,
    "QLinearConv": conv,
    "QLinearGlobalAveragePool": unary("GlobalAveragePool"),
    "QLinearLeakyRelu": unary("LeakyRelu"),
    "QLinearMatMul": matmul,
    "QLinearMul": binary("Mul"),
    "QLinearSigmoid": unary("Sigmoid"),
    "QLinearSoftmax": unary("Softmax"),
}
