# SPDX-License-Identifier: Apache-2.0
"""TFLite's variables as pairs of an input and an output: a model has no memory of its own."""

from dataclasses import replace

# Operators that read a variable and write it: its place among their inputs.
STATES = {"SVDF": 4}


def _variable_of(op, graph):
    place = STATES.get(op.type)
    index = op.inputs[place] if place is not None and place < len(op.inputs) else -1
    return graph.tensors[index] if index >= 0 and graph.tensors[index].variable else None


def split_states(graph, findings):
    """Each variable becomes an input of the model, what its operator leaves in it a new last output of both."""
    claimed = set()
    for op in graph.operators:
        before = _variable_of(op, graph)
        if before is None or before.index in claimed:
            continue
        claimed.add(before.index)
        after = replace(before, index=len(graph.tensors), name=f"{before.name}/next")
        graph.tensors.append(after)
        graph.inputs.append(before.index)
        op.outputs.append(after.index)
        graph.outputs.append(after.index)
    for tensor in graph.tensors:
        users = sum(tensor.index in op.inputs for op in graph.operators)
        if tensor.variable and (users > 1 or (users == 1 and tensor.index not in claimed)):
            findings.add(tensor.place, "a variable", "a plain tensor, or the state of one operator")
