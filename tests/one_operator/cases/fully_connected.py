# SPDX-License-Identifier: Apache-2.0
"""FULLY_CONNECTED of int16; networks have it of int8."""

import numpy as np
import tflite

from case import Case, activation, constant, weights_and_bias

HAS_INT16 = True

# name, rows, products, outputs, whether all weights have one scale, whether it has a bias, activation
_NONE, _RELU, _RELU6 = (getattr(tflite.ActivationFunctionType, name) for name in ("NONE", "RELU", "RELU6"))
_CASES = [
    ("row", 1, 64, 10, True, True, _NONE),
    ("rows", 5, 33, 21, True, True, _RELU),
    ("deep", 2, 640, 17, True, False, _NONE),
    ("one", 3, 1, 1, True, True, _NONE),
    ("bounded", 4, 48, 16, True, True, _RELU6),
]


def cases(dtype):
    if dtype != np.int16:
        return
    for name, m, k, n, one_scale, has_bias, function in _CASES:
        wei, bia = weights_and_bias((n, k), dtype, 0.03, len(name))
        if one_scale:
            wei = constant(wei.data, [0.004], [0])
            bia = constant(bia.data, [0.004 * 0.03 / 256], [0])
        yield Case(
            name,
            "FULLY_CONNECTED",
            [activation((m, k), dtype, 0.03, 0), wei] + [bia] * has_bias,
            [activation((m, n), dtype, 0.07, 0)],
            ("FullyConnectedOptions", {"FusedActivationFunction": function}),
            version=7,
        )
