# SPDX-License-Identifier: Apache-2.0
"""RESIZE_BILINEAR: pixels between four."""

from resize_cases import resizes


def cases(dtype):
    return resizes(dtype, "RESIZE_BILINEAR", "ResizeBilinearOptions")
