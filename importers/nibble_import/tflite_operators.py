# SPDX-License-Identifier: Apache-2.0
"""Operators of a TFLite file as entries of model.json."""

from .tflite_builders import BUILDERS, BY_BIAS, CHOSEN, MOVED, PADDED, QUANTIZED8, SPLITS, WEIGHTS, builder_of, is_type
from .tflite_context import Context

EXTENTS = {"block", "channel_multiplier", "dilation", "groups", "kernel", "rank", "stride"}  # attributes that count something
LARGEST_EXTENT = 2**15 - 1


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
        if kind == WEIGHTS:
            kind = "INT4" if tensor.type == "INT4" else QUANTIZED8
        if not is_type(tensor, first.get(kind, kind)):
            context.add(f'{role} tensor "{tensor.name}"', tensor.type, first.get(kind, kind))
            continue
        if kind in first:
            first[kind] = tensor.type
        if is_type(tensor, WEIGHTS) or kind == "INT16":
            if len(tensor.scale) == 0:
                context.add(f'{role} tensor "{tensor.name}", quantization', "no scale", "a scale and a zero point")
    return True


def _rounding(builder, context, chosen):
    if builder.rounding == CHOSEN:
        return chosen
    if builder.rounding == BY_BIAS:
        bias = context.input(builder.place(2))
        return "reduced16" if bias is not None and bias.type == "INT64" else chosen
    return builder.rounding


def _convert(op, tensors, given, rounding, findings):
    """-> the operators that one of TFLite's becomes: none beside a finding."""
    builder = builder_of(op, tensors)
    context = Context(op, tensors, given, findings)
    if not _operands_fit(context, builder):
        return []
    attributes = builder.attributes(context)
    if attributes is None:
        return []
    inputs = dict(enumerate(op.inputs))
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
            "inputs": [inputs.get(builder.place(i), -1) for i in range(len(builder.inputs))],
            "outputs": outputs,
            "attributes": dict(sorted(part.items())),
            "rounding": _rounding(builder, context, rounding),
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
    given = set(graph.inputs)
    return [entry for op in graph.operators for entry in _convert(op, graph.tensors, given, rounding, findings)]
