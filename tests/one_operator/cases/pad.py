# SPDX-License-Identifier: Apache-2.0
"""PAD with the zero point and PADV2 with a value of its own."""

import numpy as np

from case import Case, activation, constant

# name, source, elements before and after in each dimension, value of PADV2 as int8
_CASES = [
    ("image", (1, 6, 5, 17), [(0, 0), (1, 1), (1, 1), (0, 0)], None),
    ("odd", (1, 7, 7, 3), [(0, 0), (0, 1), (0, 1), (0, 0)], None),
    ("channels", (2, 3, 4, 30), [(0, 0), (0, 0), (0, 0), (1, 2)], None),
    ("everywhere", (2, 3, 4, 5), [(1, 0), (0, 2), (3, 1), (1, 1)], None),
    ("nothing", (2, 40), [(0, 0), (0, 0)], None),
    ("value_image", (1, 4, 4, 65), [(0, 0), (2, 1), (0, 3), (0, 0)], -100),
    ("value_run", (5,), [(70, 3)], 127),
    ("value_rows", (3, 7, 2), [(0, 1), (1, 0), (0, 0)], 0),
]


def cases(dtype):
    for name, src, margins, value in _CASES:
        dst = [before + extent + after for extent, (before, after) in zip(src, margins)]
        inputs = [activation(src, dtype, 0.05, -13), constant(np.array(margins, np.int32))]
        if value is not None:
            stored = value + (128 if dtype == np.uint8 else 0)
            inputs.append(constant(np.array(stored, dtype), [0.05], activation((), dtype, 0.05, -13).zero_point))
        options = ("PadOptions", {}) if value is None else ("PadV2Options", {})
        operator = "PAD" if value is None else "PADV2"
        yield Case(name, operator, inputs, [activation(dst, dtype, 0.05, -13)], options, version=2)
