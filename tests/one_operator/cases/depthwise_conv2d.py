# SPDX-License-Identifier: Apache-2.0
"""DEPTHWISE_CONV_2D of int16; networks have it of int8 and uint8."""

import numpy as np
import tflite

from case import Case, activation, weights_and_bias

HAS_INT16 = True

_SAME, _VALID = tflite.Padding.SAME, tflite.Padding.VALID
_NONE, _RELU = tflite.ActivationFunctionType.NONE, tflite.ActivationFunctionType.RELU
# name, source, destination's height and width, multiplier, kernel, stride, dilation, padding, activation
_CASES = [
    ("square", (1, 7, 6, 16), (7, 6), 1, (3, 3), 1, 1, _SAME, _NONE),
    ("ragged", (2, 5, 9, 21), (3, 5), 1, (3, 2), 2, 1, _SAME, _RELU),
    ("multiplied", (1, 6, 5, 4), (4, 3), 3, (3, 3), 1, 1, _VALID, _NONE),
    ("dilated", (1, 9, 8, 6), (9, 8), 1, (3, 3), 1, 2, _SAME, _NONE),
    ("one", (1, 1, 1, 1), (1, 1), 1, (1, 1), 1, 1, _VALID, _RELU),
]


def cases(dtype):
    if dtype != np.int16:
        return
    for name, src, extent, multiplier, kernel, stride, dilation, padding, function in _CASES:
        co = src[3] * multiplier
        wei, bia = weights_and_bias((co, *kernel, 1), dtype, 0.03, len(name))
        wei.data = np.ascontiguousarray(wei.data.transpose(3, 1, 2, 0))
        wei.shape, wei.axis = list(wei.data.shape), 3
        options = {"StrideH": stride, "StrideW": stride, "DilationHFactor": dilation, "DilationWFactor": dilation}
        yield Case(
            name,
            "DEPTHWISE_CONV_2D",
            [activation(src, dtype, 0.03, 0), wei, bia],
            [activation((src[0], *extent, co), dtype, 0.05, 0)],
            (
                "DepthwiseConv2DOptions",
                {**options, "DepthMultiplier": multiplier, "Padding": padding, "FusedActivationFunction": function},
            ),
            version=3,
        )
