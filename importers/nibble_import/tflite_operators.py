# SPDX-License-Identifier: Apache-2.0
"""Operators of a TFLite file as entries of model.json: one builder for each operator that Nibble has in 8 bits."""

from dataclasses import dataclass, replace
from typing import Callable

import numpy as np
import tflite

from . import tflite_movers as movers

PADDINGS = {tflite.Padding.SAME: "same", tflite.Padding.VALID: "valid"}

ACTIVATIONS = {
    tflite.ActivationFunctionType.NONE: "none",
    tflite.ActivationFunctionType.RELU: "relu",
    tflite.ActivationFunctionType.RELU6: "relu6",
    tflite.ActivationFunctionType.RELU_N1_TO_1: "relu_n1_to_1",
}


EXTENTS = {"block", "channel_multiplier", "dilation", "groups", "kernel", "rank", "stride"}  # attributes that count something
LARGEST_EXTENT = 2**15 - 1
LARGEST_FACTOR = 2**16


class Context:
    """One operator, its tensors, and where findings about it go."""

    def __init__(self, op, tensors, findings):
        self.op = op
        self._tensors = tensors
        self._findings = findings
        self.place = f"operator {op.index} ({op.type})"

    def add(self, field, found, expected):
        self._findings.add(f"{self.place}, {field}", found, expected)

    def input(self, position):
        """The TFLite tensor, or None where it is absent."""
        index = self.op.inputs[position] if position < len(self.op.inputs) else -1
        return self._tensors[index] if index >= 0 else None

    def outputs(self):
        return [self._tensors[i] for i in self.op.outputs]

    def options(self, cls):
        options = self.op.read_options(cls)
        if options is None:
            self.add("options", "none of its own", cls.__name__)
        return options

    def known(self, names, value, field):
        """The name of an enum's value, with a finding where we have none."""
        if value not in names:
            self.add(field, value, "one of " + ", ".join(names.values()))
        return names.get(value)

    def activation(self, options):
        return self.known(ACTIVATIONS, options.FusedActivationFunction(), "fused activation")

    def expect_constant_shape(self, position):
        """The shape is that of the output tensor; an input only says it again, unless it is computed."""
        shape = self.input(position)
        if shape is not None and shape.data is None:
            self.add(f'input tensor "{shape.name}"', "a computed shape", "a constant")


def _window(context, options):
    return {
        "stride": [options.StrideH(), options.StrideW()],
        "padding": context.known(PADDINGS, options.Padding(), "padding"),
        "activation": context.activation(options),
    }


def _convolution(context, options):
    dilation = [options.DilationHFactor(), options.DilationWFactor()]
    window = _window(context, options)
    return {"stride": window.pop("stride"), "dilation": dilation, **window}


def _conv2d(context):
    options = context.options(tflite.Conv2DOptions)
    if options is None:
        return None
    # The file does not say how many groups there are: weights read ci / groups channels.
    source, weights = context.input(0).shape, context.input(1).shape
    if len(source) != 4 or len(weights) != 4 or weights[3] < 1 or source[3] < 1 or source[3] % weights[3]:
        context.add("shapes", f"{source} and {weights}", "[n, h, w, ci] and [co, kh, kw, ci / groups]")
        return None
    return {**_convolution(context, options), "groups": source[3] // weights[3]}


def _depthwise_conv2d(context):
    options = context.options(tflite.DepthwiseConv2DOptions)
    if options is None:
        return None
    # The option depth_multiplier is redundant and not always right; TFLite's kernels go by the shapes as well.
    source, weights = context.input(0).shape, context.input(1).shape
    if len(source) != 4 or len(weights) != 4 or source[3] < 1 or weights[3] % source[3]:
        context.add("shapes", f"{source} and {weights}", "[n, h, w, ci] and [1, kh, kw, ci * multiplier]")
        return None
    return {**_convolution(context, options), "channel_multiplier": weights[3] // source[3]}


def _pool2d(context):
    options = context.options(tflite.Pool2DOptions)
    return options and {"kernel": [options.FilterHeight(), options.FilterWidth()], **_window(context, options)}


def _fully_connected(context):
    options = context.options(tflite.FullyConnectedOptions)
    if options is None:
        return None
    if options.WeightsFormat() != tflite.FullyConnectedOptionsWeightsFormat.DEFAULT:
        context.add("weights format", options.WeightsFormat(), "the default")
    return {"activation": context.activation(options)}


def _batch_matmul(context):
    options = context.options(tflite.BatchMatMulOptions)
    return options and {"adj_x": bool(options.AdjX()), "adj_y": bool(options.AdjY())}


def _transpose_conv2d(context):
    options = context.options(tflite.TransposeConvOptions)
    context.expect_constant_shape(0)
    return options and _window(context, options)


def _svdf(context):
    options = context.options(tflite.SVDFOptions)
    if options is None:
        return None
    # TFLite's integer kernels clamp to s8 alone, whichever of these the file says.
    if options.FusedActivationFunction() not in (tflite.ActivationFunctionType.NONE, tflite.ActivationFunctionType.RELU):
        context.add("fused activation", options.FusedActivationFunction(), "none or relu")
    return {"rank": options.Rank()}


def _add(context):
    return _with_activation(context, tflite.AddOptions)


def _mul(context):
    return _with_activation(context, tflite.MulOptions)


def _sub(context):
    return _with_activation(context, tflite.SubOptions)


def _with_activation(context, cls):
    options = context.options(cls)
    return options and {"activation": context.activation(options)}


def _softmax(context):
    options = context.options(tflite.SoftmaxOptions)
    if options is not None and not 0 < options.Beta() < np.inf:
        context.add("beta", options.Beta(), "a finite number above 0")
    return options and {"beta": options.Beta()}


def _relu(activation):
    return lambda _context: {"activation": activation}


def _leaky_relu(context):
    options = context.options(tflite.LeakyReluOptions)
    if options is not None and not 0 <= options.Alpha() <= LARGEST_FACTOR:
        context.add("alpha", options.Alpha(), f"a number in [0, {LARGEST_FACTOR}]")
    return options and {"alpha": options.Alpha()}


def _l2_normalization(context):
    options = context.options(tflite.L2NormOptions)
    if options is not None and options.FusedActivationFunction() != tflite.ActivationFunctionType.NONE:
        context.add("fused activation", options.FusedActivationFunction(), "none")
    return {}


def _mean(context):
    axes = context.input(1)
    if axes is None or axes.data is None:
        context.add("inputs[1]", "computed axes" if axes is not None else "no tensor", "constant axes")
        return None
    if axes.type != "INT32" or len(axes.data) % 4:
        context.add(f'input tensor "{axes.name}"', axes.type, "whole INT32")
        return None
    rank = len(context.input(0).shape)
    values = np.frombuffer(bytes(axes.data), dtype="<i4").tolist()
    if not all(-rank <= axis < rank for axis in values):
        context.add(f'input tensor "{axes.name}"', values, f"dimensions of a tensor of {rank}")
        return None
    return {"axes": sorted({axis % rank for axis in values})}


def _reshape(context):
    context.expect_constant_shape(1)
    return {}


def _no_attributes(_context):
    return {}


# The rounding that the caller chose, for operators that requantise by a multiplier and a shift.
CHOSEN = "chosen"


@dataclass
class Builder:
    """How one operator of TFLite becomes ours. `inputs`: the types of those that we keep, the optional ones last. Types
    are names of TFLite's, several separated by " or "; tensors of QUANTIZED8 are all of the same type unless `mixed`,
    and so are those of MOVED and PADDED. `attributes` gives a dict, or a list of one for each output: so many operators.
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
_WEIGHTED = (QUANTIZED8, QUANTIZED8, "INT32")

BUILDERS = {
    "ADD": Builder("add", (QUANTIZED8, QUANTIZED8), QUANTIZED8, _add, required=2, rounding=CHOSEN),
    "AVERAGE_POOL_2D": Builder("average_pool2d", (QUANTIZED8,), QUANTIZED8, _pool2d),
    "BATCH_MATMUL": Builder("batch_matmul", (QUANTIZED8, QUANTIZED8), QUANTIZED8, _batch_matmul, required=2, rounding=CHOSEN),
    "CONCATENATION": Builder("concat", (MOVED,), MOVED, movers.concat),
    "CONV_2D": Builder("conv2d", _WEIGHTED, QUANTIZED8, _conv2d, required=2, rounding=CHOSEN),
    "DEPTH_TO_SPACE": Builder("depth_to_space", (MOVED,), MOVED, movers.blocks(tflite.DepthToSpaceOptions)),
    "DEPTHWISE_CONV_2D": Builder("depthwise_conv2d", _WEIGHTED, QUANTIZED8, _depthwise_conv2d, required=2, rounding=CHOSEN),
    "DEQUANTIZE": Builder("dequantize", (QUANTIZED8,), "FLOAT32", _no_attributes),
    "EXPAND_DIMS": Builder("reshape", (MOVED,), MOVED, _reshape),
    "FULLY_CONNECTED": Builder("fully_connected", _WEIGHTED, QUANTIZED8, _fully_connected, required=2, rounding=CHOSEN),
    "HARD_SWISH": Builder("hard_swish", (QUANTIZED8,), QUANTIZED8, _no_attributes, rounding="double"),  # gemmlowp's
    "L2_NORMALIZATION": Builder("l2_normalization", (QUANTIZED8,), QUANTIZED8, _l2_normalization, rounding=CHOSEN),
    "LEAKY_RELU": Builder("leaky_relu", (QUANTIZED8,), QUANTIZED8, _leaky_relu, rounding=CHOSEN),
    "LOGISTIC": Builder("logistic", (QUANTIZED8,), QUANTIZED8, _no_attributes),
    "LOG_SOFTMAX": Builder("log_softmax", (QUANTIZED8,), QUANTIZED8, _no_attributes, rounding="double"),  # gemmlowp's
    "MAX_POOL_2D": Builder("max_pool2d", (QUANTIZED8,), QUANTIZED8, _pool2d),
    "MAXIMUM": Builder("maximum", (QUANTIZED8, QUANTIZED8), QUANTIZED8, _no_attributes, required=2),
    "MEAN": Builder("mean", (QUANTIZED8,), QUANTIZED8, _mean, rounding=CHOSEN),
    "MINIMUM": Builder("minimum", (QUANTIZED8, QUANTIZED8), QUANTIZED8, _no_attributes, required=2),
    "MUL": Builder("mul", (QUANTIZED8, QUANTIZED8), QUANTIZED8, _mul, required=2, rounding=CHOSEN),
    "PAD": Builder("pad", (PADDED,), PADDED, movers.pad),
    "PADV2": Builder("pad", (PADDED,), PADDED, movers.pad),
    "QUANTIZE": Builder("quantize", ("FLOAT32",), QUANTIZED8, _no_attributes),
    "RELU": Builder("relu", (QUANTIZED8,), QUANTIZED8, _relu("relu"), rounding=CHOSEN),
    "RELU6": Builder("relu", (QUANTIZED8,), QUANTIZED8, _relu("relu6"), rounding=CHOSEN),
    "RELU_N1_TO_1": Builder("relu", (QUANTIZED8,), QUANTIZED8, _relu("relu_n1_to_1"), rounding=CHOSEN),
    "RESHAPE": Builder("reshape", (MOVED,), MOVED, _reshape),
    "RESIZE_BILINEAR": Builder("resize_bilinear", (QUANTIZED8,), QUANTIZED8, movers.resize(tflite.ResizeBilinearOptions)),
    "RESIZE_NEAREST_NEIGHBOR": Builder(
        "resize_nearest_neighbor", (MOVED,), MOVED, movers.resize(tflite.ResizeNearestNeighborOptions)
    ),
    "SLICE": Builder("slice", (MOVED,), MOVED, movers.slice_of),
    "SOFTMAX": Builder("softmax", (QUANTIZED8,), "INT8 or UINT8 or INT16", _softmax, rounding="double"),  # gemmlowp's, in every build
    "SPACE_TO_DEPTH": Builder("space_to_depth", (MOVED,), MOVED, movers.blocks(tflite.SpaceToDepthOptions)),
    "SPLIT": Builder("slice", (MOVED,), MOVED, movers.splits(1, 0), positions=(1,)),
    "SPLIT_V": Builder("slice", (MOVED,), MOVED, movers.splits(0, 2)),
    "SQUEEZE": Builder("reshape", (MOVED,), MOVED, _reshape),
    "SUB": Builder("sub", (QUANTIZED8, QUANTIZED8), QUANTIZED8, _sub, required=2, rounding=CHOSEN),
    "SVDF": Builder(
        "svdf",
        ("INT8", "INT8", STATE, STATE, "INT32"),
        "INT8",
        _svdf,
        required=4,
        rounding="double",
        positions=(0, 1, 2, 4, 3),
        states=(STATE,),
    ),
    "TANH": Builder("tanh", (QUANTIZED8,), QUANTIZED8, _no_attributes),
    "TRANSPOSE": Builder("transpose", (MOVED,), MOVED, movers.transpose),
    "TRANSPOSE_CONV": Builder(
        "transpose_conv2d",
        _WEIGHTED,
        QUANTIZED8,
        _transpose_conv2d,
        required=2,
        rounding=CHOSEN,
        positions=(2, 1, 3),  # the first input says the output's shape
    ),
}

SPLITS = ("SPLIT", "SPLIT_V")

# QUANTIZE from integers changes scale, zero point and type.
INTEGERS = QUANTIZED8 + " or INT16"
REQUANTIZE = Builder(
    "requantize", (INTEGERS,), QUANTIZED8 + " or INT32", _no_attributes, rounding=CHOSEN, mixed=True
)


def _is_type(tensor, kind):
    return tensor.type in kind.split(" or ")


def _builder_of(op, tensors):
    source = op.inputs[0] if op.inputs else -1
    if op.type == "QUANTIZE" and source >= 0 and _is_type(tensors[source], INTEGERS):
        return REQUANTIZE
    builder = BUILDERS[op.type]
    if op.type == "CONCATENATION":
        builder = replace(builder, inputs=builder.inputs * len(op.inputs), required=max(len(op.inputs), 1))
    return builder


def _operands_fit(context, builder):
    """Whether the tensors that the operator needs are there; their types and scales are findings only."""
    op = context.op
    if op.type in SPLITS:
        if not op.outputs:
            context.add("outputs", "no tensors", "at least one")
            return False
    elif len(op.outputs) != 1 + len(builder.states):
        context.add("outputs", f"{len(op.outputs)} tensors", 1 + len(builder.states))
        return False
    for position in map(builder.place, range(builder.required)):
        if context.input(position) is None:
            context.add(f"inputs[{position}]", "no tensor", "one")
            return False
    operands = [("input", context.input(builder.place(i)), kind) for i, kind in enumerate(builder.inputs)]
    outputs = context.outputs()[: None if op.type in SPLITS else 1]
    first = {} if builder.mixed else {kind: kind for kind in (QUANTIZED8, MOVED, PADDED)}
    for role, tensor, kind in operands + [("output", output, builder.output) for output in outputs]:
        if tensor is None:
            continue
        if not _is_type(tensor, first.get(kind, kind)):
            context.add(f'{role} tensor "{tensor.name}"', tensor.type, first.get(kind, kind))
            continue
        if kind in first:
            first[kind] = tensor.type
        if _is_type(tensor, QUANTIZED8):
            if len(tensor.scale) == 0:
                context.add(f'{role} tensor "{tensor.name}", quantization', "no scale", "a scale and a zero point")
    return True


def _convert(op, tensors, rounding, findings):
    """-> the operators that one of TFLite's becomes: none beside a finding."""
    builder = _builder_of(op, tensors)
    context = Context(op, tensors, findings)
    if not _operands_fit(context, builder):
        return []
    attributes = builder.attributes(context)
    if attributes is None:
        return []
    given = dict(enumerate(op.inputs))
    name = f"{builder.type}_{op.index}"
    parts = [(name, attributes, op.outputs)]
    if isinstance(attributes, list):
        parts = [(f"{name}_{i}", part, [op.outputs[i]]) for i, part in enumerate(attributes)]
    for _, part, _ in parts:
        _check_extents(context, part)
    return [
        {
            "type": builder.type,
            "name": part_name,
            "inputs": [given.get(builder.place(i), -1) for i in range(len(builder.inputs))],
            "outputs": outputs,
            "attributes": dict(sorted(part.items())),
            "rounding": rounding if builder.rounding == CHOSEN else builder.rounding,
            "k_split": 1,
        }
        for part_name, part, outputs in parts
    ]


def _check_extents(context, attributes):
    for key in sorted(EXTENTS & attributes.keys()):
        value = attributes[key]
        if not all(1 <= extent <= LARGEST_EXTENT for extent in (value if isinstance(value, list) else [value])):
            context.add(key, value, f"1 to {LARGEST_EXTENT}")


def _report_unsupported(graph, findings):
    for op in graph.operators:
        if op.type not in BUILDERS:
            names = ", ".join(f'"{graph.tensors[i].name}"' for i in op.outputs) or "none"
            where = f"operator {op.index} ({op.type}), output tensor {names}"
            findings.add(where, op.type, "one of " + ", ".join(sorted(BUILDERS)))
    findings.fail_if_any()


def _check_order(graph, findings):
    """TFLite runs operators in the file's order, so each reads only what is there by then."""
    written = {t.index for t in graph.tensors if t.data is not None} | set(graph.inputs)
    for op in graph.operators:
        for i in op.inputs:
            if i >= 0 and i not in written:
                where = f"operator {op.index} ({op.type})"
                findings.add(where, f"{graph.tensors[i].place}, which nobody wrote", "an earlier operator's output")
        for i in op.outputs:
            if i in written:
                where = f"operator {op.index} ({op.type}), outputs"
                findings.add(where, f"{graph.tensors[i].place}, written before", "a tensor that nobody else writes")
        written.update(op.outputs)
    for i in graph.outputs:
        if i not in written:
            findings.add("subgraph, outputs", f"{graph.tensors[i].place}, which nobody wrote", "an operator's output")


def convert_operators(graph, rounding, findings):
    """-> entries of model.json, named <type>_<position in the file>, with the output's number after it where an operator
    becomes one for each output. All unsupported operators are one failure.
    """
    _report_unsupported(graph, findings)
    _check_order(graph, findings)
    return [entry for op in graph.operators for entry in _convert(op, graph.tensors, rounding, findings)]


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
