# SPDX-License-Identifier: Apache-2.0
"""Nodes that move elements or take some of them: on integers where these are what is behind a float."""

import numpy as np

from .onnx_emitter import identity
from .onnx_graph import Mover, reshaping
from .onnx_matmul import transposed
from .onnx_products import NHWC
from .onnx_values import BYTES, Constant, Tensor
from .onnx_windows import Windows


def _reshape(converter, node, shape):
    value = converter.needed(node, 0)
    if int(np.prod(shape)) != int(np.prod(value.shape)):
        converter.refuse(node, f"{value.shape} as {shape}", "as many elements")
    converter.set(node, converter.move(node, value, reshaping(converter, [int(extent) for extent in shape])))


def reshape(converter, node):
    value = converter.needed(node, 0)
    wanted = [int(extent) for extent in converter.constant(node, 1).ravel()]
    if not node.attributes.get("allowzero", 0):
        wanted = [value.shape[i] if extent == 0 and i < len(value.shape) else extent for i, extent in enumerate(wanted)]
    known = int(np.prod([extent for extent in wanted if extent != -1]))
    if wanted.count(-1) > 1 or min(wanted, default=1) < -1 or known < 1:
        converter.refuse(node, f"shape {wanted}", "extents above 0 and at most one -1")
    _reshape(converter, node, [int(np.prod(value.shape)) // known if extent == -1 else extent for extent in wanted])


def flatten(converter, node):
    value = converter.needed(node, 0)
    axis = node.attributes.get("axis", 1)
    axis = axis if axis == len(value.shape) else converter.axis(node, axis, len(value.shape))
    _reshape(converter, node, [int(np.prod(value.shape[:axis])), int(np.prod(value.shape[axis:]))])


def _axes(converter, node, rank):
    """Attribute (before opset 13) or input `axes`, counted from 0; None where there are none."""
    axes = converter.constant(node, 1)
    axes = node.attributes.get("axes") if axes is None else axes.ravel().tolist()
    return None if axes is None else sorted({converter.axis(node, int(axis), rank) for axis in axes})


def squeeze(converter, node):
    value = converter.needed(node, 0)
    axes = _axes(converter, node, len(value.shape))
    axes = [d for d, extent in enumerate(value.shape) if extent == 1] if axes is None else axes
    if any(value.shape[axis] != 1 for axis in axes):
        converter.refuse(node, f"axes {axes} of {value.shape}", "dimensions of 1")
    _reshape(converter, node, [extent for d, extent in enumerate(value.shape) if d not in axes])


def unsqueeze(converter, node):
    value = converter.needed(node, 0)
    axes = converter.constant(node, 1)
    axes = node.attributes.get("axes", []) if axes is None else axes.ravel().tolist()
    rank = len(value.shape) + len(axes)
    axes = {converter.axis(node, int(axis), rank) for axis in axes}
    rest = iter(value.shape)
    _reshape(converter, node, [1 if d in axes else next(rest) for d in range(len(value.shape) + len(axes))])


def transpose(converter, node):
    value = converter.needed(node, 0)
    perm = node.attributes.get("perm", list(range(len(value.shape)))[::-1])
    if sorted(perm) != list(range(len(value.shape))):
        converter.refuse(node, f"perm {perm}", f"each of {len(value.shape)} dimensions once")
    converter.set(node, transposed(converter, node, value, perm))


def same(converter, node):
    """Identity, and Dropout as it is when nothing is trained."""
    converter.set(node, converter.needed(node, 0))


def _sliced(converter, node, value, begin, shape):
    places = tuple(slice(b, b + extent) for b, extent in zip(begin, shape))
    mover = Mover(
        shape,
        lambda array: np.ascontiguousarray(array[places]),
        lambda tensor: converter.emitter.moved("slice", tensor, shape, {"begin": begin}),
    )
    return converter.move(node, value, mover)


def slice_node(converter, node):
    value = converter.needed(node, 0)
    rank = len(value.shape)
    starts, ends = (converter.constant(node, i) for i in (1, 2))
    if starts is None or ends is None:
        converter.refuse(node, "no starts or no ends", "constants")
    axes = converter.constant(node, 3, np.arange(len(starts)))
    steps = converter.constant(node, 4, np.ones(len(starts)))
    begin, shape = [0] * rank, list(value.shape)
    for start, end, axis, step in zip(starts.ravel(), ends.ravel(), axes.ravel(), steps.ravel()):
        axis = converter.axis(node, int(axis), rank)
        first, last, _ = slice(int(start), int(end)).indices(value.shape[axis])
        if step != 1 or last <= first:
            converter.refuse(node, f"steps of {int(step)} from {first} to {last}", "steps of 1 and at least one element")
        begin[axis], shape[axis] = first, last - first
    converter.set(node, _sliced(converter, node, value, begin, shape))


def split(converter, node):
    value = converter.needed(node, 0)
    axis = converter.axis(node, node.attributes.get("axis", 0), len(value.shape))
    extent, count = value.shape[axis], len(node.outputs)
    sizes = converter.constant(node, 1)
    sizes = node.attributes.get("split") if sizes is None else sizes.ravel().tolist()
    if sizes is None:
        part = -(-extent // count)
        sizes = [part] * (count - 1) + [extent - part * (count - 1)]
    if len(sizes) != count or sum(sizes) != extent or min(sizes) < 1:
        converter.refuse(node, f"parts {sizes} of {extent}", f"{count} parts that fill it")
    parts, first = [], 0
    for size in sizes:
        shape = [size if d == axis else e for d, e in enumerate(value.shape)]
        parts.append(_sliced(converter, node, value, [first if d == axis else 0 for d in range(len(shape))], shape))
        first += int(size)
    converter.set(node, *parts)


def concat(converter, node):
    values = [converter.needed(node, i) for i in range(len(node.inputs))]
    if not values:
        converter.refuse(node, "no inputs", "at least one")
    rank = len(values[0].shape)
    axis = converter.axis(node, node.attributes.get("axis", 0), rank)
    for value in values:
        others = [e for d, e in enumerate(value.shape) if d != axis]
        if len(value.shape) != rank or others != [e for d, e in enumerate(values[0].shape) if d != axis]:
            converter.refuse(node, f"shapes {values[0].shape} and {value.shape}", f"equal ones but along {axis}")
    shape = list(values[0].shape)
    shape[axis] = sum(value.shape[axis] for value in values)
    if values[0].dtype == "f32":
        converter.set(node, converter.pending(node, values, shape, axis=axis))
    else:
        converter.set(node, _joined(converter, node, values, shape, axis, None))


def _joined(converter, node, parts, shape, axis, scaling):
    """concat of Tensors and Constants of one type."""
    emitter = converter.emitter
    laid = [part for part in parts if isinstance(part, Tensor) and part.perm != identity(len(shape))]
    perm = laid[0].perm if laid else identity(len(shape))
    tensors = [part for part in parts if isinstance(part, Tensor)]
    if len(tensors) != len(parts):
        converter.refuse(node, "a constant among its inputs", "computed tensors")
    indices = [emitter.laid(part, perm).index for part in tensors]
    result = emitter.new(node.outputs[0], shape, tensors[0].dtype, perm, scaling)
    emitter.tensors[result.index]["quantization"] = emitter.tensors[indices[0]]["quantization"]
    emitter.operator("concat", indices, result.index, {"axis": perm.index(axis)})
    return result


def quantised_concat(converter, value, scaling, clamp):
    parts = [converter.integers(part, scaling, clamp) for part in value.inputs]
    return _joined(converter, value.node, parts, value.shape, value.attributes["axis"], scaling)


def float_concat(converter, value):
    parts = [converter.floats(part) for part in value.inputs]
    return _joined(converter, value.node, parts, value.shape, value.attributes["axis"], None)


def max_pool(converter, node):
    value = converter.needed(node, 0)
    if len(value.shape) != 4 or len(node.outputs) > 1:
        converter.refuse(node, f"{value.shape} with {len(node.outputs)} outputs", "[n, c, h, w] with 1")
    windows = Windows(converter, node, value.shape[2:], node.attributes.get("kernel_shape", []) or [0, 0])
    if windows.dilation != [1, 1]:
        converter.refuse(node, f"dilations {windows.dilation}", "1")
    shape = [*value.shape[:2], *windows.output]

    def tensor(source):
        emitter = converter.emitter
        if source.dtype not in BYTES:
            converter.refuse(node, f"operands of {source.dtype}", "s8 or u8: it has no float kernel")
        laid = emitter.laid(source, NHWC)
        result = emitter.new(node.outputs[0], shape, source.dtype, NHWC, layout="NHWC")
        emitter.tensors[result.index]["quantization"] = emitter.tensors[laid.index]["quantization"]
        attributes = {"kernel": windows.kernel, "stride": windows.stride, "padding": windows.padding}
        emitter.operator("max_pool2d", [laid.index], result.index, {**attributes, "activation": "none"})
        return result

    def array(_):
        converter.refuse(node, "a constant", "a computed tensor")

    converter.set(node, converter.move(node, value, Mover(shape, array, tensor)))


def blocks(kind):
    """DepthToSpace or SpaceToDepth, whose channels are ordered as NHWC's."""

    def handler(converter, node):
        value = converter.needed(node, 0)
        block = node.attributes.get("blocksize", 0)
        if len(value.shape) != 4 or block < 1 or node.attributes.get("mode", "DCR") != "DCR":
            converter.refuse(node, f"{value.shape} in blocks of {block}, {node.attributes.get('mode', 'DCR')}", "DCR of [n, c, h, w]")
        n, c, h, w = value.shape
        into_space = kind == "depth_to_space"
        fits = c % (block * block) == 0 if into_space else h % block == 0 and w % block == 0
        if not fits:
            converter.refuse(node, f"{value.shape} in blocks of {block}", "whole blocks")
        shape = [n, c // block**2, h * block, w * block] if into_space else [n, c * block**2, h // block, w // block]

        def tensor(source):
            emitter = converter.emitter
            laid = emitter.laid(source, NHWC)
            result = emitter.new(node.outputs[0], shape, source.dtype, NHWC, layout="NHWC")
            emitter.tensors[result.index]["quantization"] = emitter.tensors[laid.index]["quantization"]
            emitter.operator(kind, [laid.index], result.index, {"block": block})
            return result

        def array(_):
            converter.refuse(node, "a constant", "a computed tensor")

        converter.set(node, converter.move(node, value, Mover(shape, array, tensor)))

    return handler


def pad(converter, node):
    value = converter.needed(node, 0)
    rank = len(value.shape)
    pads = converter.constant(node, 1)
    pads = node.attributes.get("pads", []) if pads is None else pads.ravel().tolist()
    number = converter.constant(node, 2)
    number = node.attributes.get("value", 0.0) if number is None else float(number.ravel()[0])
    if node.attributes.get("mode", "constant") != "constant" or len(pads) != 2 * rank or min(pads, default=0) < 0:
        converter.refuse(node, f"{node.attributes.get('mode', 'constant')} pads {pads}", "constant ones of at least 0")
    if converter.input(node, 3) is not None:
        converter.refuse(node, "axes", "pads of all dimensions")
    shape = [b + e + a for b, e, a in zip(pads[:rank], value.shape, pads[rank:])]
    converter.set(node, converter.pending(node, [value], shape, pads=[int(p) for p in pads], number=number))


def quantised_pad(converter, value, scaling, clamp):
    source = converter.integers(value.inputs[0], scaling, clamp)
    rank, pads = len(value.shape), value.attributes["pads"]
    margin = int(scaling.integers(np.array([value.attributes["number"]], np.float32))[0])
    before, after = pads[:rank], pads[rank:]
    if isinstance(source, Constant):
        return None
    tensor = converter.emitter.plain(source)
    result = converter.emitter.new(value.node.outputs[0], value.shape, scaling.dtype, identity(rank), scaling)
    attributes = {"before": before, "after": after, "value": margin}
    converter.emitter.operator("pad", [tensor.index], result.index, attributes)
    return result


def float_pad(converter, value):
    if value.attributes["number"] != 0:
        return None
    rank, pads = len(value.shape), value.attributes["pads"]
    attributes = {"before": pads[:rank], "after": pads[rank:], "value": 0}
    return converter.emitter.moved("pad", converter.floats(value.inputs[0]), value.shape, attributes)


def shape_of(converter, node):
    shape = converter.needed(node, 0).shape
    first, last = node.attributes.get("start", 0), node.attributes.get("end", len(shape))
    converter.set(node, Constant(np.array(shape[first:last], np.int64), "s64"))


def constant_only(converter, node):
    """Nodes that are folded where all of their inputs are constants."""
    converter.refuse(node, "computed inputs", "constants: it has no kernel")


HANDLERS = {
    "Concat": concat,
    "DepthToSpace": blocks("depth_to_space"),
    "Dropout": same,
    "Flatten": flatten,
    "Identity": same,
    "MaxPool": max_pool,
    "Pad": pad,
    "Reshape": reshape,
    "Shape": shape_of,
    "Slice": slice_node,
    "SpaceToDepth": blocks("space_to_depth"),
    "Split": split,
    "Squeeze": squeeze,
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
    **dict.fromkeys(("ConstantOfShape", "Equal", "Expand", "Gather", "Range", "Where"), constant_only),
}
INTEGER_FORMS = {"Concat": quantised_concat, "Pad": quantised_pad}
FLOAT_FORMS = {"Concat": float_concat, "Pad": float_pad}
