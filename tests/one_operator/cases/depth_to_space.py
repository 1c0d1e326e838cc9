# SPDX-License-Identifier: Apache-2.0
"""DEPTH_TO_SPACE: channels into blocks of pixels."""

from block_cases import blocks
from case import Case


def cases(dtype):
    for name, block, image, depth in blocks(dtype):
        yield Case(name, "DEPTH_TO_SPACE", [depth], [image], ("DepthToSpaceOptions", {"BlockSize": block}), version=1)
