# SPDX-License-Identifier: Apache-2.0
"""The cases of operators that resize images: to more and to fewer pixels, by each rule for positions."""

import numpy as np

from case import Case, activation, constant

# name, source, height and width, align_corners, half_pixel_centers
_RESIZES = [
    ("double", (1, 5, 4, 33), (10, 8), False, False),
    ("double_centers", (2, 4, 5, 16), (8, 10), False, True),
    ("double_corners", (1, 6, 3, 7), (12, 6), True, False),
    ("smaller", (1, 9, 10, 65), (4, 3), False, False),
    ("smaller_centers", (1, 10, 7, 5), (3, 5), False, True),
    ("uneven_centers", (1, 3, 4, 20), (13, 11), False, True),
    ("uneven_corners", (1, 7, 3, 1), (5, 17), True, False),
    ("from_one", (1, 1, 1, 9), (3, 4), True, False),
    ("to_one", (1, 5, 4, 3), (1, 1), True, False),
]


def resizes(dtype, operator, options):
    for name, src, size, align_corners, half_pixel_centers in _RESIZES:
        dst = (src[0], *size, src[3])
        yield Case(
            name,
            operator,
            [activation(src, dtype, 0.05, -13), constant(np.array(size, np.int32))],
            [activation(dst, dtype, 0.05, -13)],
            (options, {"AlignCorners": align_corners, "HalfPixelCenters": half_pixel_centers}),
            version=3,
        )
