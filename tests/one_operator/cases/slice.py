# SPDX-License-Identifier: Apache-2.0
"""SLICE, SPLIT and SPLIT_V: boxes out of a tensor."""

import numpy as np

from case import Case, activation, constant

# name, source, begin, size
_SLICES = [
    ("box", (2, 7, 9, 35), (1, 2, 0, 5), (1, 4, 9, 30)),
    ("channels", (1, 5, 5, 70), (0, 0, 0, 3), (1, 5, 5, 65)),
    ("run", (3, 100), (1, 0), (2, 100)),
    ("corner", (4, 5, 6), (1, 1, 1), (2, 3, 4)),
    ("all", (2, 33), (0, 0), (2, 33)),
]

# name, source, axis, parts
_SPLITS = [
    ("thirds", (4, 5, 3), 2, 3),
    ("rows", (1, 8, 3, 17), 1, 2),
    ("halves", (2, 3, 128), -1, 2),
    ("batches", (4, 21), 0, 4),
    ("columns", (1, 6, 15, 4), 2, 5),
]

# name, source, axis, sizes
_SPLITS_V = [
    ("uneven", (1, 48), 1, (36, 5, 7)),
    ("uneven_rows", (1, 9, 4, 10), 1, (1, 6, 2)),
    ("uneven_channels", (3, 4, 100), -1, (33, 64, 3)),
    ("whole", (2, 30), 0, (2,)),
    ("uneven_batches", (7, 3, 5), 0, (4, 3)),
]


def _activation(shape, dtype):
    return activation(shape, dtype, 0.05, -13)


def _parts(src, axis, sizes, dtype):
    for size in sizes:
        shape = list(src)
        shape[axis] = size
        yield _activation(shape, dtype)


def _numbers(values):
    return constant(np.array(values, np.int32))


def cases(dtype):
    for name, src, begin, size in _SLICES:
        yield Case(
            name,
            "SLICE",
            [_activation(src, dtype), _numbers(begin), _numbers(size)],
            [_activation(size, dtype)],
            ("SliceOptions", {}),
            version=2,
        )
    for name, src, axis, count in _SPLITS:
        outputs = list(_parts(src, axis, [src[axis] // count] * count, dtype))
        options = ("SplitOptions", {"NumSplits": count})
        yield Case(f"split_{name}", "SPLIT", [_numbers(axis), _activation(src, dtype)], outputs, options, version=2)
    for name, src, axis, sizes in _SPLITS_V:
        inputs = [_activation(src, dtype), _numbers(sizes), _numbers(axis)]
        options = ("SplitVOptions", {"NumSplits": len(sizes)})
        yield Case(f"split_v_{name}", "SPLIT_V", inputs, list(_parts(src, axis, sizes, dtype)), options, version=2)
