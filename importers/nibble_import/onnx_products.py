# SPDX-License-Identifier: Apache-2.0
"""Convolutions and matrix products of quantised numbers: with fast kernels where 8 bits fit them, else as sums that come out."""

from dataclasses import dataclass

import numpy as np

from .onnx_values import BYTES, Constant, Dequantized, Pending, Scaling, Tensor, one_scale

NHWC = (0, 2, 3, 1)
PRODUCTS = ("Conv", "Gemm", "MatMul")


@dataclass
class Weights:
    """Constant weights whose output channels run along dimension 0, and their numbers: one, or one a channel."""

    array: np.ndarray
    dtype: str
    scale: np.ndarray
    zero: np.ndarray

    def scaling(self, axis=0):
        return Scaling(self.scale, self.zero, self.dtype, axis)


def weights_of(value, axis):
    """Weights whose channels run along `axis`, or None."""
    if not isinstance(value, Dequantized) or not isinstance(value.source, Constant) or value.scaling is None:
        return None
    scaling = value.scaling
    if scaling.block or scaling.dtype not in ("s4", "u4", *BYTES) or not (scaling.is_one or scaling.axis == axis):
        return None
    return Weights(value.source.array, scaling.dtype, scaling.scale.ravel(), scaling.zero.ravel())


def fitted(weights, dtype):
    """The weights for activations of this type, or None where their zero points do not fit."""
    if weights.dtype in ("s4", "u4"):
        return weights
    array, zero = weights.array.astype(np.int64), weights.zero
    middle = 128 if weights.dtype == "u8" else 0
    if zero.size == 1 or (zero == middle).all():
        move = (dtype == "u8") * 128 - middle * (weights.dtype == "u8")
        return Weights(array + move, dtype, weights.scale, zero + move)
    array = array - zero.reshape([-1] + [1] * (array.ndim - 1))
    if array.min() < -128 or array.max() > 127:
        return None
    move = 128 if dtype == "u8" else 0
    return Weights(array + move, dtype, weights.scale, np.full_like(zero, move))


def activation_of(value):
    """The Dequantized of an activation with one scale, or None."""
    fits = isinstance(value, Dequantized) and isinstance(value.source, Tensor) and value.scaling is not None
    return value if fits and value.scaling.is_one and value.source.dtype in (*BYTES, "s16", "u16") else None


def bias_of(converter, pending, src_scale, weights):
    """The s32 bias in units of the products, or None where there is none."""
    value = pending.inputs[2] if len(pending.inputs) > 2 else None
    if value is None:
        return None
    channels = pending.attributes["channels"]
    product = np.broadcast_to((src_scale * weights.scale).astype(np.float32), [channels]).astype(np.float64)
    if isinstance(value, Dequantized) and isinstance(value.source, Constant) and value.source.dtype == "s32":
        scale = np.broadcast_to(value.scaling.scale.ravel(), [channels]).astype(np.float64)
        if np.allclose(scale, product, rtol=1e-5, atol=0) and not value.scaling.zero.any():
            return np.broadcast_to(value.source.array.ravel(), [channels])
    reals = converter.floats(value)
    if not isinstance(reals, Constant) or reals.array.size not in (1, channels):
        converter.refuse(pending.node, "a computed bias", "a constant")
    exact = np.broadcast_to(reals.array.ravel().astype(np.float64), [channels]) / product
    if np.abs(exact).max() >= 2**31:
        converter.refuse(pending.node, "a bias beyond s32 in units of its products", "a smaller one")
    if (np.rint(exact) != exact).any():
        converter.warn(pending.node, "its bias is rounded to the scale of its products")
    return np.rint(exact)


def with_bias(converter, node, values, shape):
    """A product without a bias plus a constant for each channel, as a product with one; or None."""
    for product, bias in (values, values[::-1]):
        if not isinstance(product, Pending) or product.kind not in PRODUCTS or len(product.inputs) != 2:
            continue
        constant = bias.source if isinstance(bias, Dequantized) else bias
        if not isinstance(constant, Constant) or product.shape != shape or product.attributes.get("channels") is None:
            continue
        axis = len(shape) - 1 if product.kind != "Conv" else 1
        extents = [1] * (len(shape) - len(constant.shape)) + constant.shape
        if any(extent != 1 and d != axis for d, extent in enumerate(extents)):
            continue
        reals = converter.floats(bias)
        flat = Constant(reals.array.reshape([-1]), "f32")
        if isinstance(bias, Dequantized) and bias.scaling is not None and bias.scaling.is_one:
            flat = Dequantized(Constant(constant.array.reshape([-1]), constant.dtype), bias.scaling)
        return Pending(product.node, product.kind, [*product.inputs, flat], shape, product.attributes)
    return None


def dense_bias(emitter, bias, src_scale, weights):
    """The index of a bias for the operators that requantise, -1 without one."""
    if bias is None:
        return -1
    scale = (src_scale * weights.scale).astype(np.float32)
    scaling = Scaling(scale, np.zeros(scale.size, np.int64), "s32", 0)
    return emitter.constant(bias, "s32", scaling, "O", "bias")


def result_type(scaling, dtype):
    """The scaling in which a kernel of this type writes: the same reals in the type of 8 bits that it has."""
    if scaling.dtype == dtype:
        return scaling
    zero = scaling.zero.ravel()[0] + (128 if dtype == "u8" else -128)
    return one_scale(scaling.scale.ravel()[0], zero, dtype)


def requantised(converter, pending, sums, scales, scaling, clamp):
    """requantize_linear of accumulators whose channels are the innermost dimension. `scales`: of both sides."""
    emitter = converter.emitter
    if scaling.dtype in ("s4", "u4"):
        return None
    result = emitter.new(pending.node.outputs[0], sums.shape, scaling.dtype, sums.perm, scaling)
    inputs = [emitter.constant(np.asarray(scale, np.float32).reshape([-1]), "f32", name="scale") for scale in scales]
    inputs.append(emitter.constant(scaling.scale.reshape([-1]), "f32", name="scale"))
    inputs.append(emitter.constant(scaling.zero.reshape([-1]), scaling.dtype, name="zero_point"))
    emitter.operator("requantize_linear", [sums.index, *inputs], result.index, {}, "float")
    return converter.clamped(result, scaling, clamp)


def dequantised(converter, pending, sums, scale):
    """f32 of accumulators: times one scale, or one for each of the innermost dimension."""
    if sums.dtype != "s32":
        return None
    result = converter.emitter.new(pending.node.outputs[0], sums.shape, "f32", sums.perm)
    scale = np.asarray(scale, np.float32).ravel()
    scaling = Scaling(scale, np.zeros(scale.size, np.int64), "s32", 0)
    converter.dequantize(sums.index, scaling, result.index, len(sums.shape) - 1)
    return result


def sums_type(*dtypes):
    """Products of 16 bits need sums of 64."""
    return "s64" if any(dtype in ("s16", "u16") for dtype in dtypes) else "s32"


def zero_index(emitter, zero, dtype):
    return emitter.constant(np.asarray(zero).reshape([-1]), dtype, name="zero_point")
