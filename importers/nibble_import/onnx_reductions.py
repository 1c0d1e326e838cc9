# SPDX-License-Identifier: Apache-2.0
"""Means and softmax of quantised numbers. A mean is a product with ones, brought to its scale."""

import numpy as np

from . import onnx_products as products
from .onnx_conv import HWIO
from .onnx_emitter import identity
from .onnx_matmul import matmul_sums
from .onnx_products import NHWC
from .onnx_values import BYTES, one_scale
from .onnx_windows import Windows


def reduce_mean(converter, node):
    value = converter.needed(node, 0)
    rank = len(value.shape)
    axes = converter.constant(node, 1)
    axes = node.attributes.get("axes") if axes is None else axes.ravel().tolist()
    if axes is None:
        axes = [] if node.attributes.get("noop_with_empty_axes", 0) else list(range(rank))
    axes = sorted({converter.axis(node, int(axis), rank) for axis in axes})
    _mean(converter, node, value, axes, node.attributes.get("keepdims", 1))


def global_average_pool(converter, node):
    value = converter.needed(node, 0)
    _mean(converter, node, value, list(range(2, len(value.shape))), True)


def _mean(converter, node, value, axes, keep):
    if axes and axes != list(range(axes[0], axes[-1] + 1)):
        converter.refuse(node, f"axes {axes}", "neighbouring dimensions")
    if not axes:
        converter.set(node, value)
        return
    kept = [1 if d in axes else extent for d, extent in enumerate(value.shape)]
    shape = kept if keep else [extent for d, extent in enumerate(value.shape) if d not in axes]
    pending = converter.pending(node, [value], shape, axes=axes, kept=kept)
    pending.kind = "Mean"
    converter.set(node, pending)


def _sums(converter, pending):
    """(accumulators in the value's plain layout, their scale), or None."""
    source = products.activation_of(pending.inputs[0])
    if source is None:
        return None
    emitter, tensor, axes = converter.emitter, source.source, pending.attributes["axes"]
    # What is reduced lies together in NHWC, as in the plain layout.
    perm = tensor.perm if tensor.perm == NHWC and axes == [2, 3] else identity(len(tensor.shape))
    tensor = emitter.laid(tensor, perm)
    extents = [tensor.shape[d] for d in perm]
    first = perm.index(axes[0])
    outer, count = int(np.prod(extents[:first])), int(np.prod(extents[first : first + len(axes)]))
    inner = int(np.prod(extents[first + len(axes) :]))
    flat = emitter._like(tensor, [outer, count, inner])
    emitter.operator("reshape", [tensor.index], flat)
    ones = emitter.constant(np.ones([1, count]), "u8", name="ones")
    inputs = [ones, flat, -1, products.zero_index(emitter, source.scaling.zero, tensor.dtype)]
    sums = matmul_sums(converter, pending.node.outputs[0], [outer, 1, inner], inputs, [tensor.dtype])
    return sums, source.scaling.scale, np.float32(1) / np.float32(count), perm


def _shaped(converter, pending, result, perm):
    """A mean of three dimensions in the node's shape."""
    emitter, kept = converter.emitter, pending.attributes["kept"]
    if perm != identity(len(perm)) and len(pending.shape) == len(kept):
        laid = emitter.reshaped(result, [kept[d] for d in perm])
        return type(laid)(laid.index, laid.dtype, pending.shape, perm)
    return emitter.reshaped(result, pending.shape)


def quantised_mean(converter, pending, scaling, clamp):
    found = _sums(converter, pending)
    if found is None or scaling.dtype in ("s4", "u4"):
        return None
    sums, scale, share, perm = found
    result = products.requantised(converter, pending, sums, [scale, share], scaling, clamp)
    return _shaped(converter, pending, result, perm)


def float_mean(converter, pending):
    found = _sums(converter, pending)
    if found is None:
        return None
    sums, scale, share, perm = found
    result = products.dequantised(converter, pending, sums, scale * share)
    return None if result is None else _shaped(converter, pending, result, perm)


def average_pool(converter, node):
    value = converter.needed(node, 0)
    if len(value.shape) != 4:
        converter.refuse(node, f"shape {value.shape}", "[n, c, h, w]")
    windows = Windows(converter, node, value.shape[2:], node.attributes.get("kernel_shape", []) or [0, 0])
    padded = any(windows.padding)
    if padded and not (node.attributes.get("count_include_pad", 0) and not node.attributes.get("ceil_mode", 0)):
        converter.refuse(node, "padding that does not count", "count_include_pad, or no padding")
    converter.set(node, converter.pending(node, [value], [*value.shape[:2], *windows.output], windows=windows))


def _window_sums(converter, pending):
    source = products.activation_of(pending.inputs[0])
    if source is None:
        return None
    emitter, windows, channels = converter.emitter, pending.attributes["windows"], pending.shape[1]
    ones = np.ones([channels, 1, *windows.kernel]).transpose(HWIO)
    inputs = [
        emitter.laid(source.source, NHWC).index,
        emitter.constant(ones, "u8", layout="HWIO", name="ones"),
        products.zero_index(emitter, source.scaling.zero, source.source.dtype),
    ]
    dtype = products.sums_type(source.source.dtype)
    sums = emitter.new(pending.node.outputs[0] + "/sums", pending.shape, dtype, NHWC, layout="NHWC")
    attributes = {"stride": windows.stride, "dilation": windows.dilation, "padding": windows.padding, "groups": channels}
    emitter.operator("conv_integer", inputs, sums.index, attributes)
    return sums, source.scaling.scale, np.float32(1) / np.float32(np.prod(windows.kernel))


def quantised_average_pool(converter, pending, scaling, clamp):
    found = _window_sums(converter, pending)
    if found is None or scaling.dtype in ("s4", "u4"):
        return None
    return products.requantised(converter, pending, found[0], found[1:], scaling, clamp)


def float_average_pool(converter, pending):
    found = _window_sums(converter, pending)
    return found and products.dequantised(converter, pending, found[0], found[1] * found[2])


def softmax(converter, node):
    value = converter.needed(node, 0)
    axis = converter.axis(node, node.attributes.get("axis", -1), len(value.shape))
    converter.set(node, converter.pending(node, [value], value.shape, axis=axis))


def quantised_softmax(converter, pending, scaling, clamp):
    """Nibble's softmax of 8 bits, which is TFLite's: fixed point, with a scale of 1/256."""
    source = products.activation_of(pending.inputs[0])
    last = pending.attributes["axis"] == len(pending.shape) - 1
    if source is None or not last or source.source.dtype not in BYTES or scaling.dtype not in BYTES:
        return None
    dtype = source.source.dtype
    written = one_scale(1 / 256, 0 if dtype == "u8" else -128, dtype)
    emitter = converter.emitter
    result = emitter.new(pending.node.outputs[0], pending.shape, dtype, identity(len(pending.shape)), written)
    emitter.operator("softmax", [emitter.plain(source.source).index], result.index, {"beta": 1.0}, "double")
    converter.warn(pending.node, "computed in fixed point, which may differ by a step of 1/256")
    if written.equals(scaling):
        return converter.clamped(result, scaling, clamp)
    reals = written.reals(converter.every_byte(dtype))
    values = scaling.integers(np.clip(reals, *(clamp or (-np.inf, np.inf))))
    return converter.table(result, values, scaling.dtype, scaling)


HANDLERS = {
    "AveragePool": average_pool,
    "GlobalAveragePool": global_average_pool,
    "ReduceMean": reduce_mean,
    "Softmax": softmax,
}
INTEGER_FORMS = {"AveragePool": quantised_average_pool, "Mean": quantised_mean, "Softmax": quantised_softmax}
FLOAT_FORMS = {"AveragePool": float_average_pool, "Mean": float_mean}
