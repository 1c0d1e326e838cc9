# SPDX-License-Identifier: Apache-2.0
"""MEAN over one or two runs of dimensions, kept as 1 or dropped."""

import numpy as np

from case import Case, activation, constant

HAS_INT16 = True

# name, shape, axes, keep, source's scale and zero point, destination's
_CASES = [
    ("global", (1, 7, 7, 33), (1, 2), True, 0.02, -3, 0.015, 5),
    ("global_dropped", (2, 5, 6, 16), (1, 2), False, 0.05, 11, 0.05, 11),
    ("channels", (2, 3, 4, 19), (3,), True, 0.1, -128, 0.03, -100),
    ("negative_axis", (3, 70), (-1,), False, 0.013, 0, 0.013, 0),
    ("two_runs", (3, 4, 5, 6), (0, 2), True, 0.07, 40, 0.11, -40),
    ("everything", (2, 3, 4, 5), (0, 1, 2, 3), False, 0.02, -7, 0.001, 9),
    ("rows", (1, 9, 1, 100), (1,), True, 0.5, 3, 0.25, -2),
]


def cases(dtype):
    for name, shape, axes, keep, src_scale, src_zero, dst_scale, dst_zero in _CASES:
        reduced = {axis % len(shape) for axis in axes}
        dst = [1 if i in reduced else extent for i, extent in enumerate(shape) if keep or i not in reduced]
        yield Case(
            name,
            "MEAN",
            [activation(shape, dtype, src_scale, src_zero), constant(np.array(axes, np.int32))],
            [activation(dst, dtype, dst_scale, dst_zero)],
            ("ReducerOptions", {"KeepDims": keep}),
        )
