# SPDX-License-Identifier: Apache-2.0
"""Images and their blocks of pixels as channels, for the operators that go from one to the other."""

from case import activation

# name, image, block
_IMAGES = [
    ("pixels", (1, 8, 6, 3), 2),
    ("one_channel", (1, 8, 12, 1), 4),
    ("channels", (2, 4, 6, 35), 2),
    ("threes", (1, 9, 3, 5), 3),
    ("whole", (1, 5, 5, 7), 5),
    ("same", (1, 3, 4, 20), 1),
]


def blocks(dtype):
    """Name, size of a block, the image and the tensor of blocks."""
    for name, image, block in _IMAGES:
        n, h, w, c = image
        depth = (n, h // block, w // block, c * block * block)
        yield name, block, activation(image, dtype, 0.05, -13), activation(depth, dtype, 0.05, -13)
