# SPDX-License-Identifier: Apache-2.0
"""Small ONNX models for the importer's tests."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT, INT8, UINT8, INT32 = TensorProto.FLOAT, TensorProto.INT8, TensorProto.UINT8, TensorProto.INT32


def value(name, dtype, shape):
    return helper.make_tensor_value_info(name, dtype, shape)


class Graph:
    """Gathers nodes and constants."""

    def __init__(self, opset=21):
        self.nodes, self.constants, self.inputs, self.outputs = [], [], [], []
        self.opset = opset

    def input(self, name, shape, dtype=FLOAT):
        self.inputs.append(value(name, dtype, shape))
        return name

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def nibbles(self, name, array, dtype):
        """A constant of 4 bits."""
        self.constants.append(helper.make_tensor(name, dtype, np.shape(array), np.ravel(array).tolist()))
        return name

    def node(self, kind, inputs, outputs=1, domain="", **attributes):
        names = [f"n{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def scales(self, scale, zero, dtype=np.uint8):
        number = len(self.constants)
        return [
            self.constant(f"scale{number}", np.asarray(scale, np.float32)),
            self.constant(f"zero{number}", np.asarray(zero, dtype)),
        ]

    def quantize(self, source, scale, zero, dtype=np.uint8, **attributes):
        return self.node("QuantizeLinear", [source, *self.scales(scale, zero, dtype)], **attributes)

    def dequantize(self, source, scale, zero, dtype=np.uint8, **attributes):
        return self.node("DequantizeLinear", [source, *self.scales(scale, zero, dtype)], **attributes)

    def fake_quantize(self, source, scale, zero, dtype=np.uint8):
        return self.dequantize(self.quantize(source, scale, zero, dtype), scale, zero, dtype)

    def output(self, name, dtype=FLOAT):
        self.outputs.append(value(name, dtype, None))
        return name

    def model(self):
        graph = helper.make_graph(self.nodes, "g", self.inputs, self.outputs, self.constants)
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)

    def bytes(self):
        return self.model().SerializeToString()


def convolution(activation=None, wei_dtype=np.int8, dtype=np.uint8):
    """Input in float, Q, DQ, Conv with a bias, perhaps an activation (a function of graph and name), Q, DQ."""
    random = np.random.default_rng(3)
    graph = Graph()
    source = graph.fake_quantize(graph.input("x", [1, 3, 8, 7]), 0.02, 120 if dtype == np.uint8 else -3, dtype)
    limits = np.iinfo(wei_dtype)
    weights = random.integers(limits.min, limits.max, [8, 3, 3, 3], wei_dtype, endpoint=True)
    wei = graph.dequantize(graph.constant("w", weights), 0.005, 0 if wei_dtype == np.int8 else 130, wei_dtype)
    bia = graph.dequantize(graph.constant("b", random.integers(-900, 900, [8]).astype(np.int32)), 0.02 * np.float32(0.005), 0, np.int32)
    result = graph.node("Conv", [source, wei, bia], pads=[1, 1, 1, 1])
    result = activation(graph, result) if activation else result
    graph.output(graph.fake_quantize(result, 0.03, 100 if dtype == np.uint8 else 5, dtype))
    return graph


def checked(graph):
    """The model's bytes, after ONNX's own checker (which does not know com.microsoft)."""
    model = graph.model()
    if all(node.domain == "" for node in model.graph.node):
        onnx.checker.check_model(onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True))
    return model.SerializeToString()
