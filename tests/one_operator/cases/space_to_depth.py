# SPDX-License-Identifier: Apache-2.0
"""SPACE_TO_DEPTH: blocks of pixels into channels."""

from block_cases import blocks
from case import Case


def cases(dtype):
    for name, block, image, depth in blocks(dtype):
        yield Case(name, "SPACE_TO_DEPTH", [image], [depth], ("SpaceToDepthOptions", {"BlockSize": block}), version=2)
