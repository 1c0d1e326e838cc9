# SPDX-License-Identifier: Apache-2.0
"""What the dimensions of an operator's tensors mean."""

IMAGES = (
    "average_pool2d",
    "conv2d",
    "depth_to_space",
    "depthwise_conv2d",
    "max_pool2d",
    "resize_bilinear",
    "resize_nearest_neighbor",
    "space_to_depth",
    "transpose_conv2d",
)
_LAYOUTS = {
    "conv2d": ("NHWC", "OHWI", "O"),
    "depthwise_conv2d": ("NHWC", "1HWO", "O"),
    "fully_connected": ("", "OI", "O"),
    "transpose_conv2d": ("NHWC", "OHWI", "O"),
}


def set_layouts(operators, tensors):
    """Names the order of dimensions where an operator gives them a meaning."""
    for op in operators:
        rank4 = "NHWC" if op["type"] in IMAGES else ""
        layouts = _LAYOUTS.get(op["type"], (rank4,))
        for i, layout in list(zip(op["inputs"], layouts)) + [(op["outputs"][0], rank4)]:
            if i >= 0 and len(layout) == len(tensors[i]["shape"]):
                tensors[i]["layout"] = layout
