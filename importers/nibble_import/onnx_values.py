# SPDX-License-Identifier: Apache-2.0
"""What a name of an ONNX graph stands for while the graph is converted.

A float that comes of quantised numbers is not computed when its node is met, but when somebody asks for it: QuantizeLinear
asks for integers, everybody else for floats.
"""

from dataclasses import dataclass, field

import numpy as np

LIMITS = {"s4": (-8, 7), "u4": (0, 15), "s8": (-128, 127), "u8": (0, 255), "s16": (-32768, 32767), "u16": (0, 65535)}
BYTES = ("s8", "u8")


@dataclass
class Constant:
    array: np.ndarray  # of 4 bits: a number a byte
    dtype: str
    origin: object = None  # the Pending that it would be if it were computed, where its form may matter

    @property
    def shape(self):
        return list(self.array.shape)


@dataclass
class Tensor:
    """A tensor of the model. Its dimension i is the ONNX value's dimension perm[i]."""

    index: int
    dtype: str
    shape: list  # the ONNX value's
    perm: tuple


@dataclass(eq=False)
class Scaling:
    """real = scale * (q - zero). Both arrays have one element, one for each index along `axis`, or, where `block` is above
    0, one for each `block` indices along it.
    """

    scale: np.ndarray  # f32
    zero: np.ndarray  # s64
    dtype: str
    axis: int = 0
    block: int = 0

    @property
    def is_one(self):
        return self.scale.size == 1

    def equals(self, other):
        same = self.dtype == other.dtype and (self.is_one or (self.axis, self.block) == (other.axis, other.block))
        return same and np.array_equal(self.scale.ravel(), other.scale.ravel()) and np.array_equal(
            self.zero.ravel(), other.zero.ravel()
        )

    def key(self):
        return (self.dtype, self.scale.tobytes(), self.zero.tobytes(), self.axis, self.block)

    def spread(self, array, values):
        """scale or zero in a shape that broadcasts with `array`."""
        if self.is_one:
            return values.reshape([1] * array.ndim)
        if self.block:
            return np.repeat(values, self.block, self.axis).take(range(array.shape[self.axis]), self.axis)
        return values.reshape([-1 if d == self.axis else 1 for d in range(array.ndim)])

    def reals(self, array):
        """DequantizeLinear of integers, in f32."""
        centred = array.astype(np.int64) - self.spread(array, self.zero)
        return centred.astype(np.int32).astype(np.float32) * self.spread(array, self.scale)

    def integers(self, reals):
        """QuantizeLinear of f32: half to even, saturated, NaN as the zero point."""
        with np.errstate(all="ignore"):
            quotient = reals.astype(np.float32) / self.spread(reals, self.scale)
        rounded = np.rint(np.clip(np.where(np.isnan(quotient), np.float32(0), quotient), -(2.0**20), 2.0**20))
        low, high = LIMITS[self.dtype]
        return np.clip(rounded.astype(np.int64) + self.spread(reals, self.zero), low, high)


def one_scale(scale, zero, dtype):
    return Scaling(np.array([scale], np.float32), np.array([zero], np.int64), dtype)


@dataclass(eq=False)
class Dequantized:
    """f32 of integers that are there. Without a scaling, the integers themselves."""

    source: object  # Tensor or Constant
    scaling: object
    dtype: str = "f32"
    memory: dict = field(default_factory=dict)

    @property
    def shape(self):
        return self.source.shape


@dataclass(eq=False)
class Pending:
    """The f32 result of a node whose operands may be quantised; computed in the form that is asked for."""

    node: object
    kind: str
    inputs: list
    shape: list
    attributes: dict = field(default_factory=dict)
    dtype: str = "f32"
    memory: dict = field(default_factory=dict)
