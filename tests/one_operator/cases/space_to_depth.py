# SPDX-License-Identifier: Apache-2.0
"""SPACE_TO_DEPTH: blocks of pixels into channels."""

from case import Case, activation

# name, image, block
_CASES = [
    ("pixels", (1, 8, 6, 3), 2),
    ("one_channel", (1, 8, 12, 1), 4),
    ("channels", (2, 4, 6, 35), 2),
    ("threes", (1, 9, 3, 5), 3),
    ("whole", (1, 5, 5, 7), 5),
    ("same", (1, 3, 4, 20), 1),
]


def cases(dtype):
    for name, image, block in _CASES:
        n, h, w, c = image
        depth = (n, h // block, w // block, c * block * block)
        src, dst = activation(image, dtype, 0.05, -13), activation(depth, dtype, 0.05, -13)
        yield Case(name, "SPACE_TO_DEPTH", [src], [dst], ("SpaceToDepthOptions", {"BlockSize": block}), version=2)
