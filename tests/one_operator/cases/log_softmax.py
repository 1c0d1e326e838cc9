# SPDX-License-Identifier: Apache-2.0
"""LOG_SOFTMAX over the last dimension, flat to steep."""

from case import Case, activation

# name, shape, source's scale
_CASES = [
    ("classes", (1, 10), 0.1),
    ("pixels", (1, 5, 4, 21), 0.05),
    ("bytes", (3, 256), 0.02),
    ("flat", (2, 65), 0.0001),
    ("steep", (7, 12), 4.0),
    ("cliff", (5, 4), 40.0),
    ("one", (4, 1), 0.05),
]


def cases(dtype):
    for name, shape, scale in _CASES:
        src, dst = activation(shape, dtype, scale, 7), activation(shape, dtype, 16 / 256, 127)
        yield Case(name, "LOG_SOFTMAX", [src], [dst], ("LogSoftmaxOptions", {}))
