# SPDX-License-Identifier: Apache-2.0
"""Attributes of the operators that move elements: TFLite's constant inputs and options as what the model says.

Each function takes the Context of tflite_context and returns the attributes, or None beside a finding.
"""

import numpy as np
import tflite

_NUMBERS = {"INT32": "<i4", "INT64": "<i8"}


def constant_integers(context, position):
    """The flat list of a constant input's integers, or None with a finding."""
    tensor = context.input(position)
    if tensor is None or tensor.data is None:
        context.add(f"inputs[{position}]", "no tensor" if tensor is None else "computed numbers", "a constant")
        return None
    if tensor.type not in _NUMBERS or len(tensor.data) % np.dtype(_NUMBERS[tensor.type]).itemsize:
        context.add(f'input tensor "{tensor.name}"', tensor.type, "whole INT32 or INT64")
        return None
    return np.frombuffer(bytes(tensor.data), dtype=_NUMBERS[tensor.type]).tolist()


def _dimension(context, axis, rank):
    """The dimension that TFLite's axis, perhaps counted from the end, means; or None with a finding."""
    if not -rank <= axis < rank:
        context.add("axis", axis, f"a dimension of a tensor of {rank}")
        return None
    return axis % rank


def concat(context):
    options = context.options(tflite.ConcatenationOptions)
    if options is None:
        return None
    if context.activation(options) != "none":
        context.add("fused activation", options.FusedActivationFunction(), "none")
    axis = _dimension(context, options.Axis(), len(context.input(0).shape))
    return None if axis is None else {"axis": axis}


def pad(context):
    source, pairs = context.input(0), constant_integers(context, 1)
    if pairs is None:
        return None
    if len(pairs) != 2 * len(source.shape) or min(pairs, default=0) < 0:
        context.add("paddings", pairs, f"two numbers of at least 0 for each dimension of {source.shape}")
        return None
    value = _pad_value(context, source)
    return None if value is None else {"before": pairs[::2], "after": pairs[1::2], "value": value}


def _pad_value(context, source):
    """What the margin holds: PADV2's value, else the zero point; or None with a finding."""
    value = context.input(2)
    if value is None:
        return int(source.zero_point[0]) if len(source.zero_point) else 0
    if value.type != source.type or value.data is None:
        context.add(f'input tensor "{value.name}"', "another type or no constant", f"one constant of {source.type}")
        return None
    numbers = np.frombuffer(bytes(value.data), dtype=f"<{'u' if value.type.startswith('U') else 'i'}{_bytes(value)}")
    if len(numbers) != 1:
        context.add(f'input tensor "{value.name}"', f"{len(numbers)} numbers", 1)
        return None
    return int(numbers[0])


def _bytes(tensor):
    return int(tensor.type.lstrip("UINT")) // 8


def resize(options_class):
    """The attributes of a resize with these options; its size is that of the output."""

    def attributes(context):
        context.expect_constant_shape(1)
        options = context.options(options_class)
        return options and {
            "align_corners": bool(options.AlignCorners()),
            "half_pixel_centers": bool(options.HalfPixelCenters()),
        }

    return attributes


def blocks(options_class):
    def attributes(context):
        options = context.options(options_class)
        return options and {"block": options.BlockSize()}

    return attributes


def slice_of(context):
    """The size is that of the output."""
    begin = constant_integers(context, 1)
    if begin is not None and (len(begin) != len(context.input(0).shape) or min(begin, default=0) < 0):
        context.add("begin", begin, f"a position in {context.input(0).shape}")
        return None
    return None if begin is None else {"begin": begin}


def splits(source, axis):
    """The attributes of one slice an output: parts of input `source` along the dimension that input `axis` says."""

    def attributes(context):
        rank, numbers = len(context.input(source).shape), constant_integers(context, axis)
        if numbers is None:
            return None
        dimension = _dimension(context, numbers[0], rank) if len(numbers) == 1 else None
        if dimension is None:
            return None
        slices, begin = [], 0
        for output in context.outputs():
            if len(output.shape) != rank:
                context.add(f'output tensor "{output.name}"', output.shape, f"{rank} dimensions")
                return None
            slices.append({"begin": [begin if d == dimension else 0 for d in range(rank)]})
            begin += output.shape[dimension]
        if begin != context.input(source).shape[dimension]:
            context.add("outputs", f"{begin} elements along dimension {dimension}", "all of the input's")
        return slices

    return attributes


def transpose(context):
    permutation = constant_integers(context, 1)
    rank = len(context.input(0).shape)
    if permutation is not None and sorted(p % rank if rank else p for p in permutation) != list(range(rank)):
        context.add("permutation", permutation, f"each of {rank} dimensions once")
        return None
    return None if permutation is None else {"permutation": [p % rank for p in permutation]}
