# SPDX-License-Identifier: Apache-2.0
"""L2_NORMALIZATION over the last dimension, of one element to a thousand."""

from case import Case, activation

# name, shape, source's zero point
_CASES = [
    ("one", (5, 1), 3),
    ("pairs", (40, 2), 0),
    ("pixels", (1, 4, 5, 19), -128),
    ("bytes", (3, 256), 7),
    ("ragged", (7, 65), 127),
    ("thousand", (1, 1001), -40),
]


def cases(dtype):
    for name, shape, zero in _CASES:
        src, dst = activation(shape, dtype, 0.02, zero), activation(shape, dtype, 1 / 128, 0)
        yield Case(name, "L2_NORMALIZATION", [src], [dst], ("L2NormOptions", {}))
