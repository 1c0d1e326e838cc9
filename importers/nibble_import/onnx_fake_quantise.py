# SPDX-License-Identifier: Apache-2.0
"""Quantisation that is written in float: Mul(Clip(Round(Div(x, scale))), scale), with a zero point added and taken off or not."""

import numpy as np

from .onnx_values import LIMITS, Constant, Dequantized, Pending, Scaling, Tensor

FAKE_QUANTISERS = ("Add", "Clip", "Div", "Mul", "Round", "Sub")


def _made_by(value, kind):
    """The node of this kind whose result the value is, as a Pending; or None."""
    value = value.origin if isinstance(value, Constant) else value
    return value if isinstance(value, Pending) and value.kind == kind else None


def _less_constant(value, kind):
    """(the other operand, the constant) of a sum or difference that the value is; else (value, 0)."""
    node = _made_by(value, kind)
    if node is None or not isinstance(node.inputs[1], Constant):
        return value, np.zeros(1, np.float32)
    return node.inputs[0], node.inputs[1].array


def _levels(value, scale):
    """(x, zero, low, high) where the value is the levels of x, whole numbers, less the zero point; or None."""
    value, taken = _less_constant(value, "Sub")
    clip = _made_by(value, "Clip")
    if clip is None:
        return None
    value, added = _less_constant(clip.inputs[0], "Add")
    rounded = _made_by(value, "Round")
    quotient = rounded and _made_by(rounded.inputs[0], "Div")
    if quotient is None or not isinstance(quotient.inputs[1], Constant):
        return None
    same = np.array_equal(quotient.inputs[1].array, scale) and np.array_equal(added.ravel(), taken.ravel())
    return (quotient.inputs[0], taken, clip.attributes["low"], clip.attributes["high"]) if same else None


def _axis(scale, shape):
    """The dimension along which scales run; 0 of one scale, None where there is no such."""
    extents = [1] * (len(shape) - scale.ndim) + list(scale.shape)
    long = [d for d, extent in enumerate(extents) if extent > 1]
    return (long or [0])[0] if len(long) <= 1 and len(extents) == len(shape) and all(shape[d] == scale.size for d in long) else None


def _type(low, high, is_constant):
    """The narrowest type of the levels; activations have 8 bits."""
    types = ("u4", "s4", "u8", "s8") if is_constant else ("u8", "s8")
    return next((dtype for dtype in types if LIMITS[dtype][0] <= low and high <= LIMITS[dtype][1]), None)


def fake_quantised(converter, values):
    """Of the operands of a Mul: a Dequantized, or None where they are no levels and their scale."""
    for value, scale in (values, values[::-1]):
        found = _levels(value, scale.array) if isinstance(scale, Constant) else None
        if found is None:
            continue
        x, zero, low, high = found
        axis, dtype = _axis(scale.array, x.shape), _type(low, high, isinstance(x, Constant))
        whole = all(np.isfinite(n) and n == np.rint(n) for n in (low, high, *zero.ravel()))
        if axis is None or dtype is None or not whole or not (np.isfinite(scale.array) & (scale.array > 0)).all():
            continue
        zeros = np.broadcast_to(zero.ravel().astype(np.int64), [scale.array.size])
        scaling = Scaling(scale.array.ravel(), zeros, dtype, axis)
        if isinstance(x, Constant):
            return Dequantized(Constant(np.clip(scaling.integers(x.array), low, high), dtype), scaling)
        if scaling.is_one and isinstance(x, (Tensor, Dequantized, Pending)):
            whole_type = (low, high) == LIMITS[dtype]
            clamp = None if whole_type else tuple(float((end - zeros[0]) * scaling.scale[0]) for end in (low, high))
            return Dequantized(converter.integers(x, scaling, clamp), scaling)
    return None
