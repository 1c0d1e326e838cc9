# SPDX-License-Identifier: Apache-2.0
"""The operators of TFLite that Nibble has in 8 bits and with s16 activations: a builder for each."""

from dataclasses import dataclass, replace
from typing import Callable

import tflite

from . import tflite_arithmetic as arithmetic
from . import tflite_movers as movers

# The rounding that the caller chose, for operators that requantise by a multiplier and a shift.
CHOSEN = "chosen"
# Sums of 64 bits, which a bias of so many bits says, have a rounding of their own.
BY_BIAS = "by bias"


@dataclass
class Builder:
    """How one operator of TFLite becomes ours. `inputs`: the types of those that we keep, the optional ones last. Types
    are names of TFLite's, several separated by " or "; tensors of QUANTIZED8, and those of WEIGHTS that are not INT4, are
    all of the same type unless `mixed`, and so are those of MOVED and PADDED. `attributes` gives a dict, or a list of one
    for each output: so many operators.
    `positions`: where the inputs stand among TFLite's, if not in the same places.
    `states`: the types of further outputs, which tflite_states adds.
    """

    type: str
    inputs: tuple
    output: str
    attributes: Callable
    required: int = 1
    rounding: str = "none"
    mixed: bool = False
    positions: tuple = ()
    states: tuple = ()

    def place(self, i):
        """Where TFLite's operator has our input i."""
        return self.positions[i] if self.positions else i


QUANTIZED8 = "INT8 or UINT8"
MOVED = "INT8 or UINT8 or INT16 or INT32 or FLOAT32"
PADDED = "INT8 or UINT8 or INT16 or INT32"
STATE = "INT8 or INT16"
WEIGHTS = QUANTIZED8 + " or INT4"
_WEIGHTED = (QUANTIZED8, WEIGHTS, "INT32")

BUILDERS = {
    "ADD": Builder("add", (QUANTIZED8, QUANTIZED8), QUANTIZED8, arithmetic.add, required=2, rounding=CHOSEN),
    "AVERAGE_POOL_2D": Builder("average_pool2d", (QUANTIZED8,), QUANTIZED8, arithmetic.pool2d),
    "BATCH_MATMUL": Builder(
        "batch_matmul", (QUANTIZED8, WEIGHTS), QUANTIZED8, arithmetic.batch_matmul, required=2, rounding=CHOSEN
    ),
    "CONCATENATION": Builder("concat", (MOVED,), MOVED, movers.concat),
    "CONV_2D": Builder("conv2d", _WEIGHTED, QUANTIZED8, arithmetic.conv2d, required=2, rounding=CHOSEN),
    "DEPTH_TO_SPACE": Builder("depth_to_space", (MOVED,), MOVED, movers.blocks(tflite.DepthToSpaceOptions)),
    "DEPTHWISE_CONV_2D": Builder(
        "depthwise_conv2d", _WEIGHTED, QUANTIZED8, arithmetic.depthwise_conv2d, required=2, rounding=CHOSEN
    ),
    "DEQUANTIZE": Builder("dequantize", (QUANTIZED8,), "FLOAT32", arithmetic.no_attributes),
    "EXPAND_DIMS": Builder("reshape", (MOVED,), MOVED, arithmetic.reshape),
    "FULLY_CONNECTED": Builder("fully_connected", _WEIGHTED, QUANTIZED8, arithmetic.fully_connected, required=2, rounding=CHOSEN),
    "HARD_SWISH": Builder("hard_swish", (QUANTIZED8,), QUANTIZED8, arithmetic.no_attributes, rounding="double"),  # gemmlowp's
    "L2_NORMALIZATION": Builder("l2_normalization", (QUANTIZED8,), QUANTIZED8, arithmetic.l2_normalization, rounding=CHOSEN),
    "LEAKY_RELU": Builder("leaky_relu", (QUANTIZED8,), QUANTIZED8, arithmetic.leaky_relu, rounding=CHOSEN),
    "LOGISTIC": Builder("logistic", (QUANTIZED8,), QUANTIZED8, arithmetic.no_attributes),
    "LOG_SOFTMAX": Builder("log_softmax", (QUANTIZED8,), QUANTIZED8, arithmetic.no_attributes, rounding="double"),  # gemmlowp's
    "MAX_POOL_2D": Builder("max_pool2d", (QUANTIZED8,), QUANTIZED8, arithmetic.pool2d),
    "MAXIMUM": Builder("maximum", (QUANTIZED8, QUANTIZED8), QUANTIZED8, arithmetic.no_attributes, required=2),
    "MEAN": Builder("mean", (QUANTIZED8,), QUANTIZED8, arithmetic.mean, rounding=CHOSEN),
    "MINIMUM": Builder("minimum", (QUANTIZED8, QUANTIZED8), QUANTIZED8, arithmetic.no_attributes, required=2),
    "MUL": Builder("mul", (QUANTIZED8, QUANTIZED8), QUANTIZED8, arithmetic.mul, required=2, rounding=CHOSEN),
    "PAD": Builder("pad", (PADDED,), PADDED, movers.pad),
    "PADV2": Builder("pad", (PADDED,), PADDED, movers.pad),
    "QUANTIZE": Builder("quantize", ("FLOAT32",), QUANTIZED8, arithmetic.no_attributes),
    "RELU": Builder("relu", (QUANTIZED8,), QUANTIZED8, arithmetic.relu("relu"), rounding=CHOSEN),
    "RELU6": Builder("relu", (QUANTIZED8,), QUANTIZED8, arithmetic.relu("relu6"), rounding=CHOSEN),
    "RELU_N1_TO_1": Builder("relu", (QUANTIZED8,), QUANTIZED8, arithmetic.relu("relu_n1_to_1"), rounding=CHOSEN),
    "RESHAPE": Builder("reshape", (MOVED,), MOVED, arithmetic.reshape),
    "RESIZE_BILINEAR": Builder("resize_bilinear", (QUANTIZED8,), QUANTIZED8, movers.resize(tflite.ResizeBilinearOptions)),
    "RESIZE_NEAREST_NEIGHBOR": Builder(
        "resize_nearest_neighbor", (MOVED,), MOVED, movers.resize(tflite.ResizeNearestNeighborOptions)
    ),
    "SLICE": Builder("slice", (MOVED,), MOVED, movers.slice_of),
    "SOFTMAX": Builder(  # gemmlowp's, in every build
        "softmax", (QUANTIZED8,), "INT8 or UINT8 or INT16", arithmetic.softmax, rounding="double"
    ),
    "SPACE_TO_DEPTH": Builder("space_to_depth", (MOVED,), MOVED, movers.blocks(tflite.SpaceToDepthOptions)),
    "SPLIT": Builder("slice", (MOVED,), MOVED, movers.splits(1, 0), positions=(1,)),
    "SPLIT_V": Builder("slice", (MOVED,), MOVED, movers.splits(0, 2)),
    "SQUEEZE": Builder("reshape", (MOVED,), MOVED, arithmetic.reshape),
    "SUB": Builder("sub", (QUANTIZED8, QUANTIZED8), QUANTIZED8, arithmetic.sub, required=2, rounding=CHOSEN),
    "SVDF": Builder(
        "svdf",
        ("INT8", "INT8", STATE, STATE, "INT32"),
        "INT8",
        arithmetic.svdf,
        required=4,
        rounding="double",
        positions=(0, 1, 2, 4, 3),
        states=(STATE,),
    ),
    "TANH": Builder("tanh", (QUANTIZED8,), QUANTIZED8, arithmetic.no_attributes),
    "TRANSPOSE": Builder("transpose", (MOVED,), MOVED, movers.transpose),
    "TRANSPOSE_CONV": Builder(
        "transpose_conv2d",
        _WEIGHTED,
        QUANTIZED8,
        arithmetic.transpose_conv2d,
        required=2,
        rounding=CHOSEN,
        positions=(2, 1, 3),  # the first input says the output's shape
    ),
}

SPLITS = ("SPLIT", "SPLIT_V")

# QUANTIZE from integers changes scale, zero point and type.
INTEGERS = QUANTIZED8 + " or INT16 or INT32"
REQUANTIZE = Builder("requantize", (INTEGERS,), INTEGERS, arithmetic.no_attributes, rounding=CHOSEN, mixed=True)


def _of_int16():
    """Builders of operators whose first input is INT16, where it is not one of MOVED or PADDED."""

    def alike(name):
        builder = BUILDERS[name]
        return replace(builder, inputs=("INT16",) * len(builder.inputs), output="INT16")

    def weighted(name):
        return replace(alike(name), inputs=("INT16", "INT8 or INT4", "INT64 or INT32"), rounding=BY_BIAS)

    elementwise = ("ADD", "LEAKY_RELU", "MAXIMUM", "MINIMUM", "MUL", "RELU", "RELU6", "RELU_N1_TO_1", "SUB")
    rows_and_pools = ("AVERAGE_POOL_2D", "MAX_POOL_2D", "MEAN", "SOFTMAX")
    multiplied = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV")
    matrices = replace(alike("BATCH_MATMUL"), inputs=("INT16", "INT16 or INT8 or INT4"), rounding="reduced16")
    return {
        **{name: alike(name) for name in elementwise + rows_and_pools},
        **{name: weighted(name) for name in multiplied},
        "BATCH_MATMUL": matrices,
    }


INT16_BUILDERS = _of_int16()


def is_type(tensor, kind):
    return tensor.type in kind.split(" or ")


def builder_of(op, tensors):
    source = op.inputs[0] if op.inputs else -1
    if op.type == "QUANTIZE" and source >= 0 and is_type(tensors[source], INTEGERS):
        return REQUANTIZE
    builder = BUILDERS[op.type]
    first = op.inputs[builder.place(0)] if builder.place(0) < len(op.inputs) else -1
    if first >= 0 and tensors[first].type == "INT16":
        builder = INT16_BUILDERS.get(op.type, builder)
    if op.type == "CONCATENATION":
        builder = replace(builder, inputs=builder.inputs * len(op.inputs), required=max(len(op.inputs), 1))
    return builder
