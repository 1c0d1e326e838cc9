# SPDX-License-Identifier: Apache-2.0
"""The cases of elementwise operators of two operands: broadcast from either side, and with a constant on either."""

import numpy as np
import tflite

from case import Case, activation, constant
from oracle import lcg

# name, left shape, right shape, which of them is a constant (0, 1 or None)
_SHAPES = [
    ("equal", (1, 7, 5, 19), (1, 7, 5, 19), None),
    ("channels", (2, 5, 4, 33), (33,), None),
    ("channels_first", (1, 1, 1, 67), (1, 3, 4, 67), None),
    ("pixels", (1, 6, 7, 20), (1, 6, 7, 1), None),
    ("crossed", (2, 1, 4, 9), (1, 5, 1, 9), None),
    ("columns_first", (1, 1, 5, 7), (3, 6, 5, 7), None),
    ("scalar", (3, 50), (1,), None),
    ("constant", (1, 4, 6, 17), (17,), 1),
    ("constant_first", (2, 3, 1), (2, 3, 23), 0),
]
# Scale and zero point of left, right and destination, and the fused activation. Scales are those of a sum.
_EQUAL = ((0.05, 3), (0.05, 3), (0.05, 3), "NONE")
_QUANTISED = [
    ((0.04, -5), (0.07, 11), (0.08, 4), "NONE"),
    ((0.02, 31), (0.5, -128), (0.3, -20), "RELU"),
    ((0.03, 0), (0.03, 0), (0.03, 0), "NONE"),
    ((0.051, -128), (0.017, 127), (0.041, -60), "RELU6"),
    ((0.25, 7), (0.125, -9), (0.25, 2), "NONE"),
    ((0.013, -77), (0.0007, 55), (0.006, 1), "RELU_N1_TO_1"),
    ((0.9, 13), (0.3, -3), (0.02, 90), "NONE"),
    ((0.1, -1), (0.02, -128), (0.09, -128), "RELU"),
    ((0.06, 100), (0.0023, 40), (0.05, -99), "NONE"),
]


def sums(dtype, operator, options):
    return _cases(dtype, operator, options, _QUANTISED)


def products(dtype, operator, options):
    """The destination's scales suit products of reals up to some tens."""
    quantised = [(*sources, (8 * scale, zero), function) for *sources, (scale, zero), function in _QUANTISED]
    return _cases(dtype, operator, options, quantised)


def extrema(dtype, operator, options):
    return _cases(dtype, operator, options, [_EQUAL] * len(_SHAPES))


def _cases(dtype, operator, options, quantised):
    for i, ((name, *shapes, fixed), (*sources, dst, function)) in enumerate(zip(_SHAPES, quantised)):
        inputs = [activation(shape, dtype, *source) for shape, source in zip(shapes, sources)]
        if fixed is not None:
            of = inputs[fixed]
            inputs[fixed] = constant(lcg(i, of.shape, dtype), of.scale, of.zero_point)
        fused = {"FusedActivationFunction": getattr(tflite.ActivationFunctionType, function)}
        if dtype == np.int16 and operator in ("ADD", "SUB"):
            fused["PotScaleInt16"] = False
        result = activation(np.broadcast_shapes(*shapes), dtype, *dst)
        fields = {} if options == "MaximumMinimumOptions" else fused
        yield Case(name, operator, inputs, [result], (options, fields), version=2)
