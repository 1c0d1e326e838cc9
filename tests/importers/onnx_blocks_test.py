# SPDX-License-Identifier: Apache-2.0
"""The ONNX importer: products of f32 by constant weights of 4 and 8 bits."""

import unittest

import numpy as np
from onnx import TensorProto, numpy_helper

from onnx_conversion import converted, findings_of, types
from onnx_graphs import Graph, checked
from onnx_nbits import NBits


class BlocksTest(unittest.TestCase):
    def weights_of(self, graph):
        model, constants, _ = converted(graph.bytes())
        self.assertEqual(types(model), ["fully_connected"])
        op = model["operators"][0]
        source, wei = (model["tensors"][i] for i in op["inputs"][:2])
        self.assertEqual((source["dtype"], model["tensors"][op["outputs"][0]]["dtype"]), ("f32", "f32"))
        packed = constants[wei["data"]]
        numbers = packed.astype(np.int64)
        if wei["dtype"] != "s8":
            numbers = np.stack([packed & 15, packed >> 4], -1).ravel().reshape(wei["shape"]).astype(np.int64)
        if wei["dtype"] == "s4":
            numbers = (numbers ^ 8) - 8
        q = wei["quantization"]
        self.assertEqual((q["granularity"], q["axis"]), ("per_group", 1))
        shape = [wei["shape"][0], wei["shape"][1] // q["group_size"]]
        zero = np.array(q["zero_point"]).reshape(shape)
        return numbers - np.repeat(zero, q["group_size"], 1), np.float32(q["scale"]).reshape(shape), op, model, constants

    @staticmethod
    def graph_of(layer):
        graph = Graph()
        graph.output(layer.add_to(graph, graph.input("x", [5, layer.k])))
        return graph

    def test_matmul_nbits(self):
        for block in (16, 32, 64):
            for form in ({}, {"zero_points": True}, {"bits": 8}, {"bits": 8, "zero_points": True}):
                layer = NBits(3 * block, 7, block, bias=block == 64, **form)
                found, scales, op, model, constants = self.weights_of(self.graph_of(layer))
                np.testing.assert_array_equal(found, layer.differences)
                np.testing.assert_array_equal(scales, layer.scale)
                if layer.bias is not None:
                    np.testing.assert_array_equal(constants[model["tensors"][op["inputs"][2]]["data"]], layer.bias)

    def test_a_last_block_that_is_not_whole(self):
        for bits in (4, 8):
            layer = NBits(70, 5, 32, bits, zero_points=True)
            model, _, _ = converted(self.graph_of(layer).bytes())
            self.assertEqual(types(model), ["pad", "fully_connected"])
            self.assertEqual([model["tensors"][i]["shape"] for i in model["operators"][1]["inputs"][:2]], [[5, 96], [5, 96]])

    def test_rows_are_quantised_only_where_the_node_says_so_without_a_word(self):
        for level, lines in ((4, 0), (0, 1)):
            _, _, warnings = converted(self.graph_of(NBits(32, 5, 32, level=level)).bytes())
            self.assertEqual(len(warnings), lines)
        self.assertIn("quantised by row", warnings[0])

    def test_block_wise_dequantisation(self):
        random = np.random.default_rng(4)
        numbers, scale = random.integers(-8, 8, [64, 6]), random.random([2, 6]).astype(np.float32) + np.float32(0.1)
        graph = Graph()
        wei = graph.nibbles("w", numbers, TensorProto.INT4)
        wei = graph.node("DequantizeLinear", [wei, graph.constant("s", scale)], axis=0, block_size=32)
        graph.output(graph.node("MatMul", [graph.input("x", [3, 64]), wei]))
        found, scales, *_ = self.weights_of(graph)
        np.testing.assert_array_equal(found, numbers.T)
        np.testing.assert_array_equal(scales, scale.T)

    def test_weights_without_blocks(self):
        """Of float activations: quantised by row, too."""
        random = np.random.default_rng(6)
        numbers = random.integers(-128, 128, [24, 6]).astype(np.int8)
        graph = Graph()
        wei = graph.dequantize(graph.constant("w", numbers), np.linspace(0.1, 0.2, 6), np.zeros(6), np.int8, axis=1)
        bias = graph.constant("b", np.arange(6, dtype=np.float32))
        graph.output(graph.node("Gemm", [graph.input("x", [3, 24]), wei, bias]))
        model, constants, warnings = converted(checked(graph))
        self.assertEqual(types(model), ["fully_connected"])
        tensor = model["tensors"][model["operators"][0]["inputs"][1]]
        self.assertEqual((tensor["quantization"]["granularity"], tensor["quantization"]["axis"]), ("per_channel", 0))
        np.testing.assert_array_equal(constants[tensor["data"]], numbers.T)
        self.assertEqual(len(warnings), 2)

    def test_others_are_refused(self):
        for key, wrong in (("bits", 2), ("block_size", 36), ("K", 100), ("accuracy_level", 1)):
            model = self.graph_of(NBits(64, 4, 32)).model()
            for attribute in model.graph.node[0].attribute:
                if attribute.name == key:
                    attribute.i = wrong
            self.expect_refused(model.SerializeToString(), key)
        for dtype in (np.float32, np.int8):
            graph = self.graph_of(NBits(64, 4, 32, zero_points=True))
            graph.constants[2].CopyFrom(numpy_helper.from_array(np.ones([4], dtype), "w/zero_points"))
            self.expect_refused(graph.bytes(), dtype)
        graph = self.graph_of(NBits(64, 4, 32, 8, zero_points=True))
        graph.constants[2].CopyFrom(numpy_helper.from_array(np.zeros([8], np.uint8), "w/zero_points"))
        self.expect_refused(graph.bytes(), "leave s8")

    def expect_refused(self, content, case):
        lines = findings_of(content)
        self.assertEqual(len(lines), 1, case)
        self.assertIn("(MatMulNBits", lines[0])


if __name__ == "__main__":
    unittest.main()
