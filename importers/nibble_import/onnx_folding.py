# SPDX-License-Identifier: Apache-2.0
"""Subgraphs of constants, which are computed when a model is imported."""

import numpy as np
import onnx

from .onnx_fake_quantise import FAKE_QUANTISERS
from .onnx_values import Constant, Pending

_ONNX_TYPES = {"f32": np.float32, "s64": np.int64, "s32": np.int32, "bool": np.bool_, "s8": np.int8, "u8": np.uint8}


def folded(converter, node):
    """Computes a node all of whose inputs are constants, by the ONNX package's own reference; false where it is none."""
    if node.type == "Constant":
        return _fold_constant(converter, node)
    inputs = [converter.values[name] for name in node.inputs if name]
    if node.type in ("DequantizeLinear", "QuantizeLinear") or not inputs:
        return False
    if not all(isinstance(value, Constant) and value.dtype in _ONNX_TYPES for value in inputs):
        return False
    feeds = {name: converter.values[name].array for name in node.inputs if name}
    attributes = {key: value for key, value in node.attributes.items() if not isinstance(value, Constant)}
    made = onnx.helper.make_node(node.type, node.inputs, node.outputs, domain=node.domain, **attributes)
    names = [name for name in node.outputs if name]
    describe = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [made],
        "constant",
        [describe(name, onnx.helper.np_dtype_to_tensor_dtype(array.dtype), array.shape) for name, array in feeds.items()],
        [describe(name, onnx.TensorProto.FLOAT, None) for name in names],
    )
    from onnx.reference import ReferenceEvaluator  # takes as long to load as a model to import

    opset = onnx.helper.make_opsetid("", converter.graph.opset)
    try:
        arrays = ReferenceEvaluator(onnx.helper.make_model(graph, opset_imports=[opset])).run(None, feeds)
    except Exception as error:  # whatever the reference finds wrong with the node
        converter.findings.fail(node.place, f"constant inputs that it can't take ({error})", "a node that can be computed")
    types = {np.dtype(kind): name for name, kind in _ONNX_TYPES.items()}
    if not all(np.asarray(array).dtype in types for array in arrays):
        return False
    converter.set(node, *[Constant(np.asarray(array), types[np.asarray(array).dtype]) for array in arrays])
    if node.type in FAKE_QUANTISERS and all(value.dtype == "f32" for value in inputs):
        _remember_form(converter, node)
    return True


def _remember_form(converter, node):
    """Weights that are quantised in float are no plain constants."""
    constant = converter.values[node.outputs[0]]
    converter.handle(node)
    made = converter.values[node.outputs[0]]
    if isinstance(made, Pending):
        constant.origin = made
        converter.set(node, constant)


def _fold_constant(converter, node):
    value = node.attributes.get("value")
    for key, dtype, kind in (
        ("value_float", "f32", np.float32),
        ("value_floats", "f32", np.float32),
        ("value_int", "s64", np.int64),
        ("value_ints", "s64", np.int64),
    ):
        if key in node.attributes:
            value = Constant(np.array(node.attributes[key], kind), dtype)
    if not isinstance(value, Constant):
        converter.refuse(node, "no value that can be read", "a tensor, or numbers")
    converter.set(node, value)
    return True
