# SPDX-License-Identifier: Apache-2.0
"""AVERAGE_POOL_2D: windows that overlap, leave gaps, or hang over the edge."""

import tflite

from case import Case, activation

_SAME, _VALID = tflite.Padding.SAME, tflite.Padding.VALID
_NONE, _RELU, _RELU6 = (getattr(tflite.ActivationFunctionType, name) for name in ("NONE", "RELU", "RELU6"))

HAS_INT16 = True

# name, source, destination, kernel, stride, padding, activation
_CASES = [
    ("global", (1, 7, 7, 35), (1, 1, 1, 35), (7, 7), (1, 1), _VALID, _NONE),
    ("halves", (2, 8, 6, 16), (2, 4, 3, 16), (2, 2), (2, 2), _VALID, _NONE),
    ("overlap", (1, 9, 8, 5), (1, 9, 8, 5), (3, 3), (1, 1), _SAME, _NONE),
    ("tall", (1, 10, 5, 64), (1, 4, 5, 64), (5, 2), (3, 1), _SAME, _RELU),
    ("gaps", (1, 11, 11, 7), (1, 4, 4, 7), (2, 2), (3, 3), _VALID, _RELU6),
]


def cases(dtype):
    for name, src, dst, kernel, stride, padding, function in _CASES:
        options = {"FilterHeight": kernel[0], "FilterWidth": kernel[1], "StrideH": stride[0], "StrideW": stride[1]}
        yield Case(
            name,
            "AVERAGE_POOL_2D",
            [activation(src, dtype, 0.05, -13)],
            [activation(dst, dtype, 0.05, -13)],
            ("Pool2DOptions", {**options, "Padding": padding, "FusedActivationFunction": function}),
        )
