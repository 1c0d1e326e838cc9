# SPDX-License-Identifier: Apache-2.0
"""LEAKY_RELU with slopes from 0 to above 1."""

from case import Case, activation

HAS_INT16 = True

# name, shape, source's scale and zero point, destination's, alpha
_CASES = [
    ("usual", (1, 7, 7, 9), (0.05, -10), (0.05, -10), 0.1),
    ("same_scales", (257,), (0.02, 0), (0.02, 0), 0.3),
    ("finer", (4, 65), (0.05, 12), (0.013, -128), 0.01),
    ("flat", (3, 3, 31), (0.02, 127), (0.11, 5), 0.0),
    ("steep", (1, 256), (0.01, 64), (0.02, 33), 1.7),
    ("one", (1,), (0.3, 4), (0.2, 6), 0.2),
]


def cases(dtype):
    for name, shape, src, dst, alpha in _CASES:
        options = ("LeakyReluOptions", {"Alpha": alpha})
        yield Case(name, "LEAKY_RELU", [activation(shape, dtype, *src)], [activation(shape, dtype, *dst)], options)
