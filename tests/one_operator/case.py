# SPDX-License-Identifier: Apache-2.0
"""What a file of cases/ says: one operator of TFLite each, with its tensors and options.

A file cases/<operator>.py has a function `cases(dtype)` that yields the operator's cases for activations of numpy type
`dtype`, int8 or uint8, or none where TFLite has no such kernel; also int16 where it says `HAS_INT16 = True`. After a change, make_expected.py makes the results anew.
"""

from dataclasses import dataclass, field

import numpy as np

from oracle import lcg


@dataclass
class Tensor:
    """`scale` and `zero_point` have one entry, or one for each channel of dimension `axis`; none where not quantised."""

    shape: list
    dtype: type
    scale: list = field(default_factory=list)
    zero_point: list = field(default_factory=list)
    axis: int = 0
    data: np.ndarray = None  # of a constant
    packs_int4: bool = False  # data has two elements in a byte, the low nibble first


@dataclass
class Case:
    """`operator` is a name of TFLite's BuiltinOperator; `options` the name of its table and the fields to set, by the
    names that the package tflite has. An input of None is absent. Names are unique in a file and seed the inputs.
    """

    name: str
    operator: str
    inputs: list
    outputs: list
    options: tuple = ()
    version: int = 1


def activation(shape, dtype, scale, zero_point):
    """`scale` and `zero_point` are those of int8; uint8 gets 128 more, so that both types stand for the same reals, and int16
    steps of a 256th round 0."""
    if dtype == np.int16:
        return Tensor(list(shape), dtype, [scale / 256], [0])
    return Tensor(list(shape), dtype, [scale], [zero_point + (128 if dtype == np.uint8 else 0)])


def constant(array, scale=(), zero_point=(), axis=0):
    array = np.asarray(array)
    return Tensor(list(array.shape), array.dtype.type, list(scale), list(zero_point), axis, array)


def int4_constant(array, scale, zero_point, axis=0):
    """A constant of TFLite's INT4: int8 values in [-8, 7]."""
    nibbles = np.asarray(array, np.int8).reshape(-1).view(np.uint8) & 15
    nibbles = np.append(nibbles, np.zeros(len(nibbles) % 2, np.uint8))
    packed = nibbles[0::2] | nibbles[1::2] << 4
    return Tensor(list(array.shape), np.int8, list(scale), list(zero_point), axis, packed, True)


def weights_and_bias(shape, dtype, src_scale, seed):
    """Constants of a convolution, output channels first: int8 by channel, uint8 with one scale and a zero point. int16
    activations have int8 weights, and a bias of 64 bits."""
    wide = dtype == np.int16
    values, co = lcg(seed, shape, np.int8 if wide else dtype), shape[0]
    if dtype == np.uint8:
        scale, zero_point = [0.004], [119]
    else:
        values, scale, zero_point = np.maximum(values, -127), [0.001 * (1 + i % 7) for i in range(co)], [0] * co
    bias = lcg(seed + 1, (co,), np.int16).astype(np.int32)
    if wide:
        bias, src_scale = bias.astype(np.int64) * 256, src_scale / 256
    return constant(values, scale, zero_point), constant(bias, [s * src_scale for s in scale], [0] * len(scale))
