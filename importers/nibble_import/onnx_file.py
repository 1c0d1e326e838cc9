# SPDX-License-Identifier: Apache-2.0
"""An ONNX file as plain Python values: nodes in an order in which they can run, inputs and constants with their types checked."""

from dataclasses import dataclass

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto, numpy_helper

from .onnx_external import load_external
from .onnx_values import Constant

OPSETS = range(10, 26)
DOMAINS = ("", "ai.onnx", "com.microsoft")

TYPES = {
    TensorProto.INT4: "s4",
    TensorProto.UINT4: "u4",
    TensorProto.INT8: "s8",
    TensorProto.UINT8: "u8",
    TensorProto.INT16: "s16",
    TensorProto.UINT16: "u16",
    TensorProto.INT32: "s32",
    TensorProto.INT64: "s64",
    TensorProto.FLOAT16: "f16",
    TensorProto.FLOAT: "f32",
    TensorProto.BOOL: "bool",
}
_NUMPY = {"s4": np.int8, "u4": np.uint8}


def type_name(code):
    """ONNX's name of a type's number."""
    return TensorProto.DataType.Name(code) if code in TensorProto.DataType.values() else f"type {code}"


@dataclass
class OnnxNode:
    index: int
    type: str
    domain: str
    name: str
    inputs: list  # names, "" for an absent one
    outputs: list
    attributes: dict

    @property
    def place(self):
        return f'node {self.index} ({self.type} "{self.name or next(filter(None, self.outputs), "")}")'


@dataclass
class OnnxInput:
    name: str
    dtype: str
    shape: list


@dataclass
class OnnxGraph:
    nodes: list
    inputs: list
    outputs: list  # names
    constants: dict  # name -> Constant
    opset: int


class _Reader:
    def __init__(self, folder, batch, findings):
        self._folder = folder
        self._batch = batch
        self._findings = findings

    def graph(self, model):
        opset = self._opset(model)
        graph = model.graph
        if not graph.output:
            self._findings.fail("graph, outputs", "none", "at least one")
        if graph.sparse_initializer:
            self._findings.fail("graph, sparse_initializer", "sparse tensors", "dense tensors")
        constants = {t.name: self.constant(t, f'initializer "{t.name}"') for t in graph.initializer}
        nodes = [self._node(node, i) for i, node in enumerate(graph.node)]
        self._check_domains(nodes)
        inputs = self._inputs([value for value in graph.input if value.name not in constants])
        self._findings.fail_if_any()
        known = set(constants) | {value.name for value in inputs}
        return OnnxGraph(self._sorted(nodes, known), inputs, [value.name for value in graph.output], constants, opset)

    def _opset(self, model):
        versions = {entry.domain or "ai.onnx": entry.version for entry in model.opset_import}
        version = versions.get("ai.onnx")
        if version not in OPSETS:
            found = "none" if version is None else version
            self._findings.fail("opset_import", found, f"opset {OPSETS.start} to {OPSETS.stop - 1} of ai.onnx")
        return version

    def constant(self, proto, where):
        """A TensorProto as a Constant; None beside a finding."""
        if proto.data_type not in TYPES:
            self._findings.add(f"{where}, type", type_name(proto.data_type), "one of " + _names())
            return None
        if proto.data_location == TensorProto.EXTERNAL:
            load_external(proto, self._folder, where, self._findings)
        try:
            array = numpy_helper.to_array(proto)
        except Exception as error:  # a damaged tensor: numpy raises whatever it meets
            self._findings.fail(where, f"damaged data ({error})", f"{type_name(proto.data_type)} {list(proto.dims)}")
        dtype = TYPES[proto.data_type]
        return Constant(np.ascontiguousarray(array.astype(_NUMPY.get(dtype, array.dtype))).reshape(array.shape), dtype)

    def _node(self, proto, index):
        node = OnnxNode(index, proto.op_type, proto.domain, proto.name, list(proto.input), list(proto.output), {})
        for attribute in proto.attribute:
            value = None
            if attribute.type == onnx.AttributeProto.TENSOR:
                value = self.constant(attribute.t, f"{node.place}, {attribute.name}")
            elif attribute.type not in (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS):
                value = onnx.helper.get_attribute_value(attribute)
            node.attributes[attribute.name] = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        return node

    def _check_domains(self, nodes):
        for node in nodes:
            if node.domain not in DOMAINS:
                self._findings.add(f"{node.place}, domain", node.domain, "ai.onnx or com.microsoft")

    def _inputs(self, values):
        inputs, symbols = [], {}
        for position, value in enumerate(values):
            where = f'input "{value.name}"'
            tensor = value.type.tensor_type
            if tensor.elem_type not in TYPES or TYPES[tensor.elem_type] == "bool":
                self._findings.add(f"{where}, type", type_name(tensor.elem_type), "one of " + _names())
                continue
            shape = [d.dim_value if d.HasField("dim_value") else d.dim_param or "?" for d in tensor.shape.dim]
            if self._batch is not None and shape and (position == 0 or shape[0] == symbols.get("")):
                symbols.setdefault("", shape[0])
                if isinstance(shape[0], str) and shape[0] != "?":
                    symbols[shape[0]] = self._batch
                shape[0] = self._batch
            shape = [symbols.get(extent, extent) if isinstance(extent, str) else extent for extent in shape]
            if any(isinstance(extent, str) for extent in shape):
                self._findings.add(f"{where}, shape", _shape(shape), "no dynamic dimension but the first, with --batch=N")
                continue
            if any(extent < 1 for extent in shape) or not tensor.HasField("shape"):
                self._findings.add(f"{where}, shape", _shape(shape), "extents of at least 1")
                continue
            inputs.append(OnnxInput(value.name, TYPES[tensor.elem_type], shape))
        return inputs

    def _sorted(self, nodes, known):
        """The nodes in an order in which each reads only what is there, nearest to the file's."""
        writers = {}
        for node in nodes:
            for name in filter(None, node.outputs):
                if name in known or name in writers:
                    self._findings.fail(f"{node.place}, outputs", f'"{name}", written before', "a name that is new")
                writers[name] = node.index
        order, state = [], {}
        for root in nodes:
            stack = [root]
            while stack:
                node = stack[-1]
                if state.get(node.index) == "done":
                    stack.pop()
                    continue
                state[node.index] = "open"
                waits = [nodes[writers[name]] for name in node.inputs if name in writers]
                waits = [other for other in waits if state.get(other.index) != "done"]
                if any(state.get(other.index) == "open" for other in waits):
                    self._findings.fail(f"{node.place}, inputs", "a cycle of nodes", "an earlier node's output")
                stack.extend(waits)
                if not waits:
                    order.append(node)
                    state[node.index] = "done"
        return order


def _names():
    return ", ".join(type_name(code) for code in TYPES)


def _shape(shape):
    return "[" + ", ".join(map(str, shape)) + "]"


def read_onnx(content, folder, batch, findings):
    """The graph in `content` (bytes) of a file in `folder`; `batch`: the inputs' first dimension, or None for the file's."""
    try:
        model = onnx.ModelProto.FromString(content)
    except DecodeError:
        findings.fail("protobuf", f"{len(content)} bytes that are damaged or of another format", "an ONNX model")
    if not model.graph.node and not model.graph.output:
        findings.fail("protobuf", f"{len(content)} bytes without a graph", "an ONNX model")
    return _Reader(folder, batch, findings).graph(model)
