# SPDX-License-Identifier: Apache-2.0
"""LOGISTIC: flat to steep, and all of its values."""

from case import Case, activation

# name, shape, source's scale and zero point
_CASES = [
    ("usual", (1, 8, 8, 5), (0.05, -4)),
    ("flat", (257,), (0.0007, 0)),
    ("steep", (4, 65), (0.9, 12)),
    ("positive", (3, 3, 31), (0.04, -128)),
    ("negative", (1, 256), (0.03, 127)),
    ("sixteenths", (300,), (1 / 16, 1)),
]


def cases(dtype):
    for name, shape, src in _CASES:
        yield Case(name, "LOGISTIC", [activation(shape, dtype, *src)], [activation(shape, dtype, 1 / 256, -128)])
