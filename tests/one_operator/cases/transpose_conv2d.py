# SPDX-License-Identifier: Apache-2.0
"""TRANSPOSE_CONV: strides above, at and below the window, with and without bias."""

import numpy as np
import tflite

from case import Case, activation, constant, weights_and_bias

HAS_INT16 = True

# name, source, destination's height and width, co, kernel, stride, padding, whether it has a bias
_SAME, _VALID = tflite.Padding.SAME, tflite.Padding.VALID
_CASES = [
    ("double", (1, 4, 5, 8), (8, 10), 16, (3, 3), (2, 2), _SAME, True),
    ("whole", (1, 3, 4, 6), (7, 9), 5, (3, 3), (2, 2), _VALID, True),
    ("gaps", (1, 3, 3, 7), (8, 8), 9, (2, 2), (3, 3), _VALID, False),
    ("overlap", (2, 5, 4, 12), (5, 4), 20, (3, 3), (1, 1), _SAME, False),
    ("uneven", (1, 4, 3, 17), (8, 9), 33, (4, 5), (2, 3), _SAME, True),
]


def cases(dtype):
    for name, src, extent, co, kernel, stride, padding, has_bias in _CASES:
        shape = [src[0], *extent, co]
        wei, bia = weights_and_bias((co, *kernel, src[3]), dtype, 0.03, len(name))
        wei.data = np.minimum(wei.data, wei.zero_point[0] + 127).astype(wei.dtype)  # Nibble wants differences that fit s8
        yield Case(
            name,
            "TRANSPOSE_CONV",
            [constant(np.array(shape, np.int32)), wei, activation(src, dtype, 0.03, -6)] + [bia] * has_bias,
            [activation(shape, dtype, 0.05, -20)],
            ("TransposeConvOptions", {"StrideH": stride[0], "StrideW": stride[1], "Padding": padding}),
            version=3 if has_bias else 2,
        )
