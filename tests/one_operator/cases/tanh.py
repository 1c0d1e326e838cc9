# SPDX-License-Identifier: Apache-2.0
"""TANH: flat to steep, to the usual scale and to another."""

from case import Case, activation

# name, shape, source's scale and zero point, destination's
_CASES = [
    ("usual", (1, 8, 8, 5), (0.05, -4), (1 / 128, 0)),
    ("flat", (257,), (0.0007, 0), (1 / 128, 0)),
    ("steep", (4, 65), (0.9, 12), (1 / 128, 0)),
    ("positive", (3, 3, 31), (0.02, -128), (1 / 256, -128)),
    ("other_scale", (1, 256), (0.03, 33), (0.0123, -17)),
    ("one", (1,), (0.1, 1), (1 / 128, 0)),
]


def cases(dtype):
    for name, shape, src, dst in _CASES:
        yield Case(name, "TANH", [activation(shape, dtype, *src)], [activation(shape, dtype, *dst)])
