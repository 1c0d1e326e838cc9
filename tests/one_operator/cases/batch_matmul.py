# SPDX-License-Identifier: Apache-2.0
"""BATCH_MATMUL, which TFLite does not have of uint8: batches that broadcast, transposed operands, a constant on the right."""

import numpy as np

from case import Case, activation, constant
from oracle import lcg

HAS_INT16 = True

# name, left, right, destination, adj_x, adj_y, whether the right matrix is a constant
_CASES = [
    ("square", (8, 8), (8, 8), (8, 8), False, False, False),
    ("ragged", (1, 5, 19), (1, 19, 33), (1, 5, 33), False, False, False),
    ("batches", (3, 7, 12), (3, 12, 9), (3, 7, 9), False, False, False),
    ("broadcast", (2, 1, 4, 10), (3, 10, 6), (2, 3, 4, 6), False, False, False),
    ("adj_y", (2, 6, 21), (2, 17, 21), (2, 6, 17), False, True, False),
    ("adj_x", (2, 11, 6), (2, 11, 5), (2, 6, 5), True, False, False),
    ("constant", (2, 3, 16), (16, 18), (2, 3, 18), False, False, True),
]


def cases(dtype):
    if dtype == np.uint8:
        return
    for name, left, right, dst, adj_x, adj_y, fixed in _CASES:
        rhs = activation(right, dtype, 0.03, 4)
        if fixed:
            rhs = constant(lcg(1, right, dtype), rhs.scale, rhs.zero_point)
        yield Case(
            name,
            "BATCH_MATMUL",
            [activation(left, dtype, 0.02, -5), rhs],
            [activation(dst, dtype, 0.04, 9)],
            ("BatchMatMulOptions", {"AdjX": adj_x, "AdjY": adj_y}),
        )
