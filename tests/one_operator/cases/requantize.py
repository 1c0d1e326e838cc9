# SPDX-License-Identifier: Apache-2.0
"""QUANTIZE of bytes and words to another scale, zero point or type: factors on both sides of 1, and those that make ties."""

import numpy as np

from case import Case, activation

HAS_INT16 = True

# name, shape, source's scale and zero point, destination's
_CASES = [
    ("five_eighths", (1, 16, 16, 3), (0.05, -3), (0.08, 11)),
    ("finer", (515,), (0.05, 20), (0.041, -9)),
    ("twice", (2, 160), (0.5, 0), (0.25, -1)),
    ("half", (300,), (0.25, 7), (0.5, -128)),
    ("third", (3, 100), (0.03, -128), (0.09, -128)),
    ("tenth", (7, 9, 5), (0.011, 127), (0.13, 3)),
    ("three", (1, 33, 8), (0.06, -60), (0.0199, -120)),
    ("fifty", (400,), (1.0, -2), (0.02, 5)),
    ("zero_only", (64,), (0.1, 0), (0.1, -17)),
    ("one", (1,), (0.3, 4), (0.2, 6)),
]


def cases(dtype):
    other = np.uint8 if dtype == np.int8 else np.int8
    if dtype == np.int16:
        yield _case("from_words", (323,), np.int32, (1e-7, 0), dtype, (0.03, 0))
        yield _case("to_words", (324,), dtype, (0.04, 0), np.int32, (1e-6, 0))
    for name, shape, src, dst in _CASES:
        yield _case(name, shape, dtype, src, dtype, dst)
    yield _case("other_type", (320,), dtype, (0.04, -7), other, (0.04, -7))
    yield _case("other_type_coarser", (321,), dtype, (0.04, -7), other, (0.07, 12))


def _case(name, shape, src_type, src, dst_type, dst):
    return Case(
        name,
        "QUANTIZE",
        [activation(shape, src_type, *src)],
        [activation(shape, dst_type, *dst)],
        ("QuantizeOptions", {}),
    )
