# SPDX-License-Identifier: Apache-2.0
"""Conv, ConvTranspose and ConvInteger: NCHW and OIHW there, NHWC here."""

from . import onnx_products as products
from .onnx_graph import reshaping
from .onnx_products import NHWC
from .onnx_values import BYTES, Constant, Tensor
from .onnx_windows import Windows

HWIO = (2, 3, 1, 0)


def _two_dimensions(converter, node, positions):
    """The inputs at these positions with a height of 1 where they are of one dimension, and whether they were."""
    values = [converter.needed(node, position) for position in positions]
    ranks = {len(value.shape) for value in values}
    if ranks not in ({3}, {4}):
        shapes = " and ".join(str(value.shape) for value in values)
        converter.refuse(node, f"shapes {shapes}", "[n, c, h, w] and [co, ci, kh, kw], or without height")
    if ranks == {4}:
        return values, False
    return [with_height(converter, node, value) for value in values], True


def with_height(converter, node, value):
    n, c, w = value.shape
    return converter.move(node, value, reshaping(converter, [n, c, 1, w]))


def without_height(converter, node, value):
    n, c, _, w = value.shape
    return converter.move(node, value, reshaping(converter, [n, c, w]))


def windows_of(converter, node, src, kernel, flat):
    """Windows of NCHW; a node of one dimension has numbers for the width alone."""
    if not flat:
        return Windows(converter, node, src.shape[2:], kernel)
    widths = Windows(converter, node, src.shape[3:], kernel[1:])
    for name, filler in (("kernel", 1), ("stride", 1), ("dilation", 1), ("span", 1), ("before", 0), ("after", 0)):
        setattr(widths, name, [filler, *getattr(widths, name)])
    widths.output = [1, *widths.output]
    return widths


def conv(converter, node):
    (src, wei), flat = _two_dimensions(converter, node, (0, 1))
    bias = converter.input(node, 2)
    groups = node.attributes.get("group", 1)
    co, depth, kh, kw = wei.shape
    ci = src.shape[1]
    if groups < 1 or ci != depth * groups or co % groups:
        converter.refuse(node, f"{groups} groups of {src.shape} and {wei.shape}", "[n, ci, ..] and [co, ci / groups, ..]")
    windows = windows_of(converter, node, src, [kh, kw], flat)
    inputs = [src, wei] + ([bias] if bias is not None else [])
    shape = [src.shape[0], co, *windows.output]
    pending = converter.pending(node, inputs, shape, windows=windows, groups=groups, channels=co)
    converter.set(node, without_height(converter, node, pending) if flat else pending)


def _sums(converter, pending, src, weights, bias):
    """The accumulators of a convolution with constant weights."""
    emitter, windows = converter.emitter, pending.attributes["windows"]
    wei = emitter.constant(weights.array.transpose(HWIO), _whole(weights.dtype), layout="HWIO", name="weights")
    inputs = [
        emitter.laid(src.source, NHWC).index,
        wei,
        products.zero_index(emitter, src.scaling.zero, src.source.dtype),
        products.zero_index(emitter, weights.zero, _whole(weights.dtype)),
        -1 if bias is None else emitter.constant(bias, "s32", layout="O", name="bias"),
    ]
    return _conv_integer(converter, pending.node, inputs, src.source.dtype, pending.shape, windows, pending.attributes["groups"])


def _whole(dtype):
    """Numbers of 4 bits as bytes."""
    return {"s4": "s8", "u4": "u8"}.get(dtype, dtype)


def _conv_integer(converter, node, inputs, dtype, shape, windows, groups):
    emitter = converter.emitter
    result = emitter.new(node.outputs[0] + "/sums", shape, products.sums_type(dtype), NHWC, layout="NHWC")
    attributes = {"stride": windows.stride, "dilation": windows.dilation, "padding": windows.padding, "groups": groups}
    emitter.operator("conv_integer", inputs, result.index, attributes)
    return result


def _operands(converter, pending):
    src, weights = products.activation_of(pending.inputs[0]), products.weights_of(pending.inputs[1], 0)
    if src is None or weights is None:
        return None
    return src, weights, products.bias_of(converter, pending, src.scaling.scale.ravel()[0], weights)


def quantised_conv(converter, pending, scaling, clamp):
    operands = _operands(converter, pending)
    if operands is None:
        return None
    src, weights, bias = operands
    fitted = products.fitted(weights, src.source.dtype) if src.source.dtype in BYTES and scaling.dtype in BYTES else None
    if fitted is not None:
        return _dense(converter, pending, src, fitted, bias, scaling, clamp)
    sums = _sums(converter, pending, src, weights, bias)
    return products.requantised(converter, pending, sums, [src.scaling.scale, weights.scale], scaling, clamp)


def _dense(converter, pending, src, weights, bias, scaling, clamp):
    """conv2d or depthwise_conv2d."""
    emitter, windows, groups = converter.emitter, pending.attributes["windows"], pending.attributes["groups"]
    written = products.result_type(scaling, src.source.dtype)
    activation, rest = converter.activation(written, clamp)
    depthwise = groups > 1 and groups == pending.inputs[0].shape[1]
    perm, layout, axis = ((1, 2, 3, 0), "1HWO", 3) if depthwise else ((0, 2, 3, 1), "OHWI", 0)
    attributes = {"stride": windows.stride, "dilation": windows.dilation, "padding": windows.padding}
    if depthwise:
        attributes["channel_multiplier"] = pending.shape[1] // groups
    else:
        attributes["groups"] = groups
    wei = emitter.constant(weights.array.transpose(perm), weights.dtype, weights.scaling(axis), layout, "weights")
    inputs = [
        emitter.laid(src.source, NHWC).index,
        wei,
        products.dense_bias(emitter, bias, src.scaling.scale.ravel()[0], weights),
    ]
    result = emitter.new(pending.node.outputs[0], pending.shape, written.dtype, NHWC, written, "NHWC")
    kind = "depthwise_conv2d" if depthwise else "conv2d"
    emitter.operator(kind, inputs, result.index, {**attributes, "activation": activation}, "float")
    result, _ = converter.in_type(converter.clamped(result, written, rest), written, scaling.dtype)
    return result


def float_conv(converter, pending):
    operands = _operands(converter, pending)
    if operands is None:
        return None
    src, weights, bias = operands
    sums = _sums(converter, pending, src, weights, bias)
    return products.dequantised(converter, pending, sums, src.scaling.scale * weights.scale)


def conv_integer(converter, node):
    (src, wei), flat = _two_dimensions(converter, node, (0, 1))
    if not all(isinstance(value, (Constant, Tensor)) and value.dtype in BYTES for value in (src, wei)):
        converter.refuse(node, f"inputs of {src.dtype} and {wei.dtype}", "s8 or u8")
    windows = windows_of(converter, node, src, wei.shape[2:], flat)
    shape = [src.shape[0], wei.shape[0], *windows.output]
    groups = node.attributes.get("group", 1)
    inputs = [in_order(converter, src, NHWC), in_order(converter, wei, HWIO), *zero_points(converter, node, 2, 3)]
    result = _conv_integer(converter, node, inputs, src.dtype, shape, windows, groups)
    converter.set(node, without_height(converter, node, result) if flat else result)


def in_order(converter, value, perm):
    """The index of a Tensor or Constant with its dimensions in this order."""
    if isinstance(value, Constant):
        return converter.emitter.constant(value.array.transpose(perm), value.dtype)
    return converter.emitter.laid(value, perm).index


def zero_points(converter, node, *positions):
    """The indices of optional inputs."""
    values = [converter.input(node, position) for position in positions]
    return [-1 if value is None else converter.emitter.operand(value) for value in values]


def transposed_conv(converter, node):
    src, wei = converter.needed(node, 0), converter.needed(node, 1)
    bias = converter.input(node, 2)
    if len(src.shape) != 4 or len(wei.shape) != 4 or wei.shape[0] != src.shape[1] or node.attributes.get("group", 1) != 1:
        converter.refuse(node, f"{src.shape} and {wei.shape}", "[n, ci, h, w] and [ci, co, kh, kw] of one group")
    # The windows are those of the convolution that goes back.
    extras = {"output_padding": [0, 0], "dilations": [1, 1], "auto_pad": "NOTSET"}
    for key, usual in extras.items():
        if node.attributes.get(key, usual) != usual or "output_shape" in node.attributes:
            converter.refuse(node, f"{key} {node.attributes.get(key)}, or an output_shape", f"{usual} and none")
    stride, pads = node.attributes.get("strides", [1, 1]), node.attributes.get("pads", [0] * 4)
    output = [
        (extent - 1) * step + taps - before - after
        for extent, step, taps, before, after in zip(src.shape[2:], stride, wei.shape[2:], pads[:2], pads[2:])
    ]
    inputs = [src, wei] + ([bias] if bias is not None else [])
    shape = [src.shape[0], wei.shape[1], *output]
    converter.set(node, converter.pending(node, inputs, shape, stride=stride, padding=pads, channels=wei.shape[1]))


def quantised_transposed_conv(converter, pending, scaling, clamp):
    src, weights = products.activation_of(pending.inputs[0]), products.weights_of(pending.inputs[1], 1)
    if src is None or weights is None or src.source.dtype not in BYTES or scaling.dtype not in BYTES:
        return None
    if weights.dtype in ("s4", "u4"):
        weights.dtype = "s8" if weights.dtype == "s4" else "u8"
    weights.array = weights.array.transpose(1, 2, 3, 0)
    bias = products.bias_of(converter, pending, src.scaling.scale.ravel()[0], weights)
    fitted = products.fitted(weights, src.source.dtype)
    if fitted is None:
        return None
    emitter = converter.emitter
    written = products.result_type(scaling, src.source.dtype)
    activation, rest = converter.activation(written, clamp)
    wei = emitter.constant(fitted.array, fitted.dtype, fitted.scaling(), "OHWI", "weights")
    bia = products.dense_bias(emitter, bias, src.scaling.scale.ravel()[0], fitted)
    result = emitter.new(pending.node.outputs[0], pending.shape, written.dtype, NHWC, written, "NHWC")
    attributes = {key: pending.attributes[key] for key in ("stride", "padding")}
    inputs = [emitter.laid(src.source, NHWC).index, wei, bia]
    emitter.operator("transpose_conv2d", inputs, result.index, {**attributes, "activation": activation}, "float")
    return converter.in_type(converter.clamped(result, written, rest), written, scaling.dtype)[0]


HANDLERS = {"Conv": conv, "ConvInteger": conv_integer, "ConvTranspose": transposed_conv}
INTEGER_FORMS = {"Conv": quantised_conv, "ConvTranspose": quantised_transposed_conv}
FLOAT_FORMS = {"Conv": float_conv}
