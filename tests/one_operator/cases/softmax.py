# SPDX-License-Identifier: Apache-2.0
"""SOFTMAX over the last dimension, flat to steep."""

import numpy as np

from case import Case, activation

HAS_INT16 = True

# name, shape, source's scale, beta
_CASES = [
    ("classes", (1, 10), 0.1, 1.0),
    ("pixels", (1, 5, 4, 21), 0.05, 1.0),
    ("bytes", (3, 256), 0.02, 0.5),
    ("flat", (2, 65), 0.0001, 1.0),
    ("steep", (7, 12), 4.0, 2.0),
    ("one", (4, 1), 0.05, 1.0),
]


def cases(dtype):
    for name, shape, scale, beta in _CASES:
        src = activation(shape, dtype, scale, 7)
        dst = activation(shape, dtype, 1 / 128 if dtype == np.int16 else 1 / 256, -128)
        yield Case(name, "SOFTMAX", [src], [dst], ("SoftmaxOptions", {"Beta": beta}))
