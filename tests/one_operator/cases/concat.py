# SPDX-License-Identifier: Apache-2.0
"""CONCATENATION along each kind of dimension; uint8 also from other scales, which TFLite brings to the output's."""

import numpy as np

from case import Case, activation

# name, sources, axis
_CASES = [
    ("channels", [(1, 5, 6, 16), (1, 5, 6, 33), (1, 5, 6, 7)], 3),
    ("rows", [(1, 2, 6, 5), (1, 3, 6, 5)], 1),
    ("batches", [(1, 4, 9), (3, 4, 9)], 0),
    ("last", [(3, 70), (3, 1), (3, 64), (3, 13)], -1),
    ("one", [(2, 3, 5)], 1),
    ("many", [(2, 3, i + 1) for i in range(14)], 2),
]

# scale and zero point of the sources in turn; the output's is the first
_QUANTIZATIONS = [(0.05, -9), (0.013, 5), (0.0731, -77), (0.05, -8)]
_RESCALED = [
    ("rescaled_channels", [(1, 3, 4, 19), (1, 3, 4, 32), (1, 3, 4, 5)], 3),
    ("rescaled_rows", [(2, 40), (3, 40), (1, 40), (2, 40)], 0),
    ("rescaled_bytes", [(1, 256), (1, 256), (1, 256), (1, 256)], 1),
]


def _case(name, dtype, sources, axis, quantizations):
    dst = list(sources[0])
    dst[axis] = sum(src[axis] for src in sources)
    inputs = [activation(src, dtype, *quantizations[i % len(quantizations)]) for i, src in enumerate(sources)]
    output = activation(dst, dtype, *quantizations[0])
    return Case(name, "CONCATENATION", inputs, [output], ("ConcatenationOptions", {"Axis": axis}), version=2)


def cases(dtype):
    for name, sources, axis in _CASES:
        yield _case(name, dtype, sources, axis, _QUANTIZATIONS[:1])
    if dtype == np.uint8:
        for name, sources, axis in _RESCALED:
            yield _case(name, dtype, sources, axis, _QUANTIZATIONS)
