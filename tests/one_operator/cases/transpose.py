# SPDX-License-Identifier: Apache-2.0
"""TRANSPOSE: matrices, layouts of images, up to six dimensions."""

import numpy as np

from case import Case, activation, constant

# name, source, permutation
_CASES = [
    ("matrix", (35, 70), (1, 0)),
    ("rows", (6, 5, 33), (1, 0, 2)),
    ("nhwc_to_nchw", (2, 5, 6, 17), (0, 3, 1, 2)),
    ("nchw_to_nhwc", (1, 20, 7, 5), (0, 2, 3, 1)),
    ("reversed", (3, 4, 5, 6), (3, 2, 1, 0)),
    ("five", (2, 3, 4, 5, 6), (0, 3, 1, 4, 2)),
    ("six", (2, 3, 2, 3, 2, 5), (4, 1, 5, 0, 3, 2)),
    ("unmoved", (3, 1, 50), (1, 0, 2)),
]


def cases(dtype):
    for name, src, permutation in _CASES:
        yield Case(
            name,
            "TRANSPOSE",
            [activation(src, dtype, 0.05, -13), constant(np.array(permutation, np.int32))],
            [activation([src[d] for d in permutation], dtype, 0.05, -13)],
            ("TransposeOptions", {}),
            version=4 if len(src) > 4 else 2,
        )
