# SPDX-License-Identifier: Apache-2.0
"""RESIZE_NEAREST_NEIGHBOR: the pixel beside."""

from resize_cases import resizes


def cases(dtype):
    return resizes(dtype, "RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions")
