# SPDX-License-Identifier: Apache-2.0
"""Attributes of the operators that compute: TFLite's options as what the model says.

Each function takes the Context of tflite_context and returns the attributes, or None beside a finding.
"""

import numpy as np
import tflite

PADDINGS = {tflite.Padding.SAME: "same", tflite.Padding.VALID: "valid"}

LARGEST_FACTOR = 2**16


def _window(context, options):
    return {
        "stride": [options.StrideH(), options.StrideW()],
        "padding": context.known(PADDINGS, options.Padding(), "padding"),
        "activation": context.activation(options),
    }


def _convolution(context, options):
    dilation = [options.DilationHFactor(), options.DilationWFactor()]
    window = _window(context, options)
    return {"stride": window.pop("stride"), "dilation": dilation, **window}


def conv2d(context):
    options = context.options(tflite.Conv2DOptions)
    if options is None:
        return None
    # The file does not say how many groups there are: weights read ci / groups channels.
    source, weights = context.input(0).shape, context.input(1).shape
    if len(source) != 4 or len(weights) != 4 or weights[3] < 1 or source[3] < 1 or source[3] % weights[3]:
        context.add("shapes", f"{source} and {weights}", "[n, h, w, ci] and [co, kh, kw, ci / groups]")
        return None
    return {**_convolution(context, options), "groups": source[3] // weights[3]}


def depthwise_conv2d(context):
    options = context.options(tflite.DepthwiseConv2DOptions)
    if options is None:
        return None
    # The option depth_multiplier is redundant and not always right; TFLite's kernels go by the shapes as well.
    source, weights = context.input(0).shape, context.input(1).shape
    if len(source) != 4 or len(weights) != 4 or source[3] < 1 or weights[3] % source[3]:
        context.add("shapes", f"{source} and {weights}", "[n, h, w, ci] and [1, kh, kw, ci * multiplier]")
        return None
    return {**_convolution(context, options), "channel_multiplier": weights[3] // source[3]}


def pool2d(context):
    options = context.options(tflite.Pool2DOptions)
    return options and {"kernel": [options.FilterHeight(), options.FilterWidth()], **_window(context, options)}


def fully_connected(context):
    options = context.options(tflite.FullyConnectedOptions)
    if options is None:
        return None
    if options.WeightsFormat() != tflite.FullyConnectedOptionsWeightsFormat.DEFAULT:
        context.add("weights format", options.WeightsFormat(), "the default")
    return {"activation": context.activation(options)}


def batch_matmul(context):
    options = context.options(tflite.BatchMatMulOptions)
    return options and {"adj_x": bool(options.AdjX()), "adj_y": bool(options.AdjY())}


def transpose_conv2d(context):
    options = context.options(tflite.TransposeConvOptions)
    context.expect_constant_shape(0)
    return options and _window(context, options)


def svdf(context):
    options = context.options(tflite.SVDFOptions)
    if options is None:
        return None
    # TFLite's integer kernels clamp to s8 alone, whichever of these the file says.
    if options.FusedActivationFunction() not in (tflite.ActivationFunctionType.NONE, tflite.ActivationFunctionType.RELU):
        context.add("fused activation", options.FusedActivationFunction(), "none or relu")
    return {"rank": options.Rank()}


def add(context):
    return _sum(context, tflite.AddOptions)


def mul(context):
    return _with_activation(context, tflite.MulOptions)


def sub(context):
    return _sum(context, tflite.SubOptions)


def _sum(context, cls):
    options = context.options(cls)
    tensors = [context.input(0), context.input(1), *context.outputs()]
    # TFLite shifts and saturates such sums; all others of INT16 it scales as those of INT8.
    if options is not None and options.PotScaleInt16() and all(map(_is_int16_of_power_of_two, tensors)):
        context.add("pot_scale_int16", "true, and scales that are powers of two", "false, or other scales")
    return _with_activation(context, cls)


def _is_int16_of_power_of_two(tensor):
    """By TFLite's tolerance (CheckedLog2)."""
    if tensor.type != "INT16" or len(tensor.scale) != 1 or not 0 < tensor.scale[0] < np.inf:
        return False
    exponent = np.log2(np.float32(tensor.scale[0]))
    return abs(exponent - np.round(exponent)) < 1e-3


def _with_activation(context, cls):
    options = context.options(cls)
    return options and {"activation": context.activation(options)}


def softmax(context):
    options = context.options(tflite.SoftmaxOptions)
    if options is not None and not 0 < options.Beta() < np.inf:
        context.add("beta", options.Beta(), "a finite number above 0")
    return options and {"beta": options.Beta()}


def relu(activation):
    return lambda _context: {"activation": activation}


def leaky_relu(context):
    options = context.options(tflite.LeakyReluOptions)
    if options is not None and not 0 <= options.Alpha() <= LARGEST_FACTOR:
        context.add("alpha", options.Alpha(), f"a number in [0, {LARGEST_FACTOR}]")
    return options and {"alpha": options.Alpha()}


def l2_normalization(context):
    options = context.options(tflite.L2NormOptions)
    if options is not None and options.FusedActivationFunction() != tflite.ActivationFunctionType.NONE:
        context.add("fused activation", options.FusedActivationFunction(), "none")
    return {}


def mean(context):
    axes = context.input(1)
    if axes is None or axes.data is None:
        context.add("inputs[1]", "computed axes" if axes is not None else "no tensor", "constant axes")
        return None
    if axes.type != "INT32" or len(axes.data) % 4:
        context.add(f'input tensor "{axes.name}"', axes.type, "whole INT32")
        return None
    rank = len(context.input(0).shape)
    values = np.frombuffer(bytes(axes.data), dtype="<i4").tolist()
    if not all(-rank <= axis < rank for axis in values):
        context.add(f'input tensor "{axes.name}"', values, f"dimensions of a tensor of {rank}")
        return None
    return {"axes": sorted({axis % rank for axis in values})}


def reshape(context):
    context.expect_constant_shape(1)
    return {}


def no_attributes(_context):
    return {}
