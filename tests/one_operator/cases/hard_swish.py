# SPDX-License-Identifier: Apache-2.0
"""HARD_SWISH from sources within its bend to those far beyond."""

from case import Case, activation

# name, shape, source's scale and zero point, destination's
_CASES = [
    ("usual", (1, 8, 8, 5), (0.05, -4), (0.03, -115)),
    ("narrow", (257,), (0.003, 0), (0.0015, -3)),
    ("wide", (4, 65), (0.3, 12), (0.3, -120)),
    ("coarse", (3, 3, 31), (0.02, 90), (0.4, 5)),
    ("fine", (1, 256), (0.07, -100), (0.001, 33)),
    ("tiny", (300,), (0.0001, 1), (0.0001, 2)),
]


def cases(dtype):
    for name, shape, src, dst in _CASES:
        yield Case(name, "HARD_SWISH", [activation(shape, dtype, *src)], [activation(shape, dtype, *dst)])
