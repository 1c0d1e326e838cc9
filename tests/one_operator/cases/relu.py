# SPDX-License-Identifier: Apache-2.0
"""RELU, RELU6 and RELU_N1_TO_1, to the same scale and to others."""

import numpy as np

from case import Case, activation

HAS_INT16 = True

# name, operator, shape, source's scale and zero point, destination's
_CASES = [
    ("same", "RELU", (1, 8, 8, 5), (0.05, -10), (0.05, -10)),
    ("finer", "RELU", (300,), (0.05, 0), (0.013, -128)),
    ("coarser", "RELU", (2, 3, 51), (0.02, 30), (0.11, -77)),
    ("relu6", "RELU6", (3, 100), (0.1, -20), (6 / 255, -128)),
    ("relu6_all", "RELU6", (256,), (0.007, 90), (0.009, 3)),
    ("n1_to_1", "RELU_N1_TO_1", (1, 16, 17), (0.02, 5), (1 / 128, 0)),
    ("one", "RELU", (1, 1, 1, 1), (0.3, 4), (0.2, 6)),
]


def cases(dtype):
    for name, operator, shape, src, dst in _CASES:
        if operator == "RELU_N1_TO_1" and dtype == np.int16:
            continue  # which TFLite does not have
        yield Case(name, operator, [activation(shape, dtype, *src)], [activation(shape, dtype, *dst)])
