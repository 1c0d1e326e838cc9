# SPDX-License-Identifier: Apache-2.0
"""CONV_2D in groups, which networks rarely have: s8 by channel, u8 with one scale."""

import tflite

from case import Case, activation, weights_and_bias

HAS_INT16 = True

# name, source, co, kernel, groups, stride, dilation, padding, activation
_SAME, _VALID = tflite.Padding.SAME, tflite.Padding.VALID
_NONE, _RELU = tflite.ActivationFunctionType.NONE, tflite.ActivationFunctionType.RELU
_CASES = [
    ("pairs", (1, 6, 5, 8), 16, (3, 3), 2, 1, 1, _SAME, _NONE),
    ("narrow", (2, 5, 5, 12), 12, (3, 3), 4, 1, 1, _VALID, _RELU),
    ("wide", (1, 4, 6, 64), 64, (3, 3), 2, 2, 1, _SAME, _RELU),
    ("pointwise", (1, 5, 7, 24), 36, (1, 1), 3, 1, 1, _VALID, _NONE),
    ("dilated", (1, 9, 9, 10), 20, (3, 2), 5, 1, 2, _SAME, _NONE),
    ("one_group", (1, 8, 8, 3), 19, (5, 3), 1, 2, 1, _SAME, _RELU),
]


def _extent(source, kernel, stride, dilation, padding):
    taken = source if padding == _SAME else source - (kernel - 1) * dilation
    return -(-taken // stride)


def cases(dtype):
    for name, src, co, kernel, groups, stride, dilation, padding, function in _CASES:
        wei, bia = weights_and_bias((co, *kernel, src[3] // groups), dtype, 0.03, len(name))
        dst = [src[0], *(_extent(src[1 + i], kernel[i], stride, dilation, padding) for i in range(2)), co]
        options = {"StrideH": stride, "StrideW": stride, "DilationHFactor": dilation, "DilationWFactor": dilation}
        yield Case(
            name,
            "CONV_2D",
            [activation(src, dtype, 0.03, -6), wei, bia],
            [activation(dst, dtype, 0.05, -20)],
            ("Conv2DOptions", {**options, "Padding": padding, "FusedActivationFunction": function}),
        )
