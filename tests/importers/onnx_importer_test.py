# SPDX-License-Identifier: Apache-2.0
"""The ONNX importer: what fake-quantised graphs become."""

import unittest

import numpy as np

from onnx_conversion import converted, findings_of, types
from onnx_graphs import Graph, checked, convolution


def relu(graph, name):
    return graph.node("Relu", [name])


def clip(low, high):
    def apply(graph, name):
        ends = [graph.constant(f"clip{len(graph.constants)}", np.float32(end)) for end in (low, high)]
        return graph.node("Clip", [name, *ends])

    return apply


class FoldingTest(unittest.TestCase):
    def expect(self, graph, *expected, warnings=0):
        model, _, lines = converted(checked(graph))
        self.assertEqual(types(model), list(expected))
        self.assertEqual(len(lines), warnings, lines)
        return model

    def test_convolution(self):
        around = ("quantize_linear", "transpose", "conv2d", "dequantize_linear", "transpose")
        model = self.expect(convolution(), *around)
        conv = model["operators"][2]
        self.assertEqual(conv["rounding"], "float")
        self.assertEqual(conv["attributes"]["padding"], [1, 1, 1, 1])
        layouts = [model["tensors"][i]["layout"] for i in conv["inputs"]]
        self.assertEqual(layouts[1:], ["OHWI", "O"])
        self.assertEqual([model["tensors"][i]["shape"] for i in model["inputs"] + model["outputs"]], [[1, 3, 8, 7], [1, 8, 8, 7]])

    def test_weights_take_the_type_of_activations(self):
        for dtype in (np.int8, np.uint8):
            for wei_dtype in (np.int8, np.uint8):
                model, constants, _ = converted(checked(convolution(wei_dtype=wei_dtype, dtype=dtype)))
                conv = next(op for op in model["operators"] if op["type"] == "conv2d")
                wei = model["tensors"][conv["inputs"][1]]
                self.assertEqual(wei["dtype"], "u8" if dtype == np.uint8 else "s8")
                self.assertEqual(constants[wei["data"]].dtype, dtype)

    def test_activations_fold_into_clamps(self):
        for activation, name in ((relu, "relu"), (clip(0, 6), "relu6"), (clip(-1, 1), "relu_n1_to_1")):
            model, _, _ = converted(checked(convolution(activation)))
            conv = next(op for op in model["operators"] if op["type"] == "conv2d")
            self.assertEqual(conv["attributes"]["activation"], name)
            self.assertNotIn("lookup", types(model))
        model, _, _ = converted(checked(convolution(clip(0.25, 2))))
        self.assertIn("lookup", types(model))

    def test_pairs_with_the_same_numbers_are_pruned(self):
        graph = Graph()
        once = graph.fake_quantize(graph.input("x", [2, 5]), 0.5, 3)
        twice = graph.fake_quantize(graph.fake_quantize(once, 0.5, 3), 0.5, 3)
        graph.output(twice)
        self.expect(graph, "quantize_linear", "dequantize_linear")

    def test_fewer_levels_are_a_clip_of_integers(self):
        graph = Graph()
        low, high = (graph.constant(name, np.int8(end)) for name, end in (("low", -7), ("high", 7)))
        wei = graph.node("Clip", [graph.constant("w", np.arange(-16, 16, dtype=np.int8).reshape([8, 4])), low, high])
        wei = graph.dequantize(wei, 0.1, 0, np.int8)
        source = graph.node("Clip", [graph.quantize(graph.input("x", [3, 8]), 0.5, 0, np.int8), low, high])
        product = graph.node("MatMul", [graph.dequantize(source, 0.5, 0, np.int8), wei])
        graph.output(graph.fake_quantize(product, 0.7, 3, np.int8))
        model, constants, warnings = converted(checked(graph))
        self.assertEqual(types(model), ["quantize_linear", "lookup", "fully_connected", "dequantize_linear"])
        tables = [constants[model["tensors"][op["inputs"][1]]["data"]].view(np.int8) for op in model["operators"][1:3]]
        np.testing.assert_array_equal(tables[0], np.clip(np.arange(256).astype(np.uint8).view(np.int8), -7, 7))
        np.testing.assert_array_equal(tables[1], np.clip(np.arange(-16, 16).reshape([8, 4]), -7, 7).T)
        self.assertFalse(warnings)

    def test_quantisation_that_is_written_in_float(self):
        graph = Graph()

        def quantised(value, scale, zero, low, high):
            scale = graph.constant(f"s{len(graph.constants)}", np.asarray(scale, np.float32))
            value = clip(low, high)(graph, self.moved(graph, graph.node("Round", [graph.node("Div", [value, scale])]), "Add", zero))
            return graph.node("Mul", [self.moved(graph, value, "Sub", zero), scale])

        numbers = np.random.default_rng(2).standard_normal([4, 3, 3, 3]).astype(np.float32)
        scale = np.linspace(0.1, 0.3, 4, dtype=np.float32).reshape([4, 1, 1, 1])
        wei = quantised(graph.constant("w", numbers), scale, 0, -7, 7)
        source = quantised(graph.input("x", [1, 3, 8, 8]), 0.03, 118, 0, 255)
        graph.output(quantised(graph.node("Relu", [graph.node("Conv", [source, wei])]), 0.2, 7, 0, 255))
        model, constants, warnings = converted(checked(graph))
        self.assertEqual(types(model), ["quantize_linear", "transpose", "conv2d", "dequantize_linear", "transpose"])
        conv = model["operators"][2]
        tensor = model["tensors"][conv["inputs"][1]]
        self.assertEqual((tensor["dtype"], tensor["quantization"]["scale"]), ("s4", scale.ravel().tolist()))
        packed = constants[tensor["data"]]
        found = (np.stack([packed & 15, packed >> 4], -1).ravel().astype(np.int64) ^ 8) - 8
        want = np.clip(np.rint(numbers / scale), -7, 7).transpose(0, 2, 3, 1).ravel()
        np.testing.assert_array_equal(found[: want.size], want)
        self.assertEqual(model["tensors"][conv["inputs"][0]]["quantization"]["zero_point"], [118])
        self.assertEqual(conv["attributes"]["activation"], "relu")
        self.assertFalse(warnings)

    @staticmethod
    def moved(graph, value, kind, zero):
        return graph.node(kind, [value, graph.constant(f"z{len(graph.constants)}", np.float32(zero))]) if zero else value

    def test_what_training_left_is_pruned(self):
        graph = Graph()
        once = graph.fake_quantize(graph.input("x", [2, 5]), 0.5, 3)
        name = graph.node("Identity", [graph.node("Dropout", [once])])
        graph.node("Sigmoid", [name])  # which nobody reads
        graph.output(graph.fake_quantize(name, 0.5, 3))
        self.expect(graph, "quantize_linear", "dequantize_linear")

    def test_constant_subgraphs_are_computed(self):
        graph = Graph()
        source = graph.fake_quantize(graph.input("x", [2, 3, 4]), 0.5, 3)
        shape = graph.node("Shape", [source])
        first = graph.node("Gather", [shape, graph.constant("zero", np.array([0], np.int64))])
        wanted = graph.node("Concat", [first, graph.constant("rest", np.array([-1], np.int64))], axis=0)
        graph.output(graph.node("Reshape", [source, wanted]))
        model = self.expect(graph, "quantize_linear", "reshape", "dequantize_linear")
        self.assertEqual(model["tensors"][model["outputs"][0]]["shape"], [2, 12])

    def test_movers_work_on_integers(self):
        graph = Graph()
        source = graph.fake_quantize(graph.input("x", [1, 2, 6, 6]), 0.5, 3)
        pooled = graph.node("MaxPool", [source], kernel_shape=[2, 2], strides=[2, 2])
        moved = graph.node("Transpose", [graph.node("Squeeze", [pooled, graph.constant("axes", np.array([0]))])], perm=[2, 0, 1])
        graph.output(graph.fake_quantize(moved, 0.5, 3))
        model = self.expect(graph, "quantize_linear", "transpose", "max_pool2d", "transpose", "reshape", "dequantize_linear", "transpose")
        self.assertEqual(model["tensors"][model["outputs"][0]]["shape"], [3, 2, 3])

    def test_a_shared_dequantisation_serves_all(self):
        graph = Graph()
        source = graph.fake_quantize(graph.input("x", [2, 5]), 0.5, 3)
        total = graph.node("Add", [source, source])  # a function of one byte
        other = graph.node("Mul", [source, graph.fake_quantize(total, 1.0, 3)])
        graph.output(graph.fake_quantize(other, 0.7, 0))
        self.expect(graph, "quantize_linear", "lookup", "arithmetic_f32", "dequantize_linear")

    def test_parts_of_other_scales_are_brought_to_one(self):
        graph = Graph()
        parts = [graph.fake_quantize(graph.input(f"x{i}", [2, 5]), 0.5 + i, 3) for i in range(2)]
        graph.output(graph.fake_quantize(graph.node("Concat", parts, axis=1), 0.5, 3))
        self.expect(graph, "quantize_linear", "quantize_linear", "lookup", "concat", "dequantize_linear")

    def test_functions_of_bytes_are_one_table(self):
        graph = Graph()
        source = graph.fake_quantize(graph.input("x", [2, 5]), 0.1, 100)
        swish = graph.node("Mul", [source, graph.node("Sigmoid", [source])])
        half = graph.node("Mul", [swish, graph.constant("half", np.float32(0.5))])
        graph.output(graph.fake_quantize(half, 0.05, 60))
        model, constants, _ = converted(checked(graph))
        self.assertEqual(types(model), ["quantize_linear", "lookup", "dequantize_linear"])
        table = constants[model["tensors"][model["operators"][1]["inputs"][1]]["data"]]
        x = (np.arange(256) - 100).astype(np.float32) * np.float32(0.1)
        sigmoid = (1 / (1 + np.exp(-x.astype(np.float64)))).astype(np.float32)
        want = np.rint(x * sigmoid * np.float32(0.5) / np.float32(0.05)) + 60
        np.testing.assert_array_equal(table, np.clip(want, 0, 255).astype(np.uint8))

    def test_a_product_takes_the_bias_that_is_added(self):
        graph = Graph()
        source = graph.fake_quantize(graph.input("x", [4, 8]), 0.5, 3)
        wei = graph.dequantize(graph.constant("w", np.ones([8, 6], np.int8)), 0.25, 0, np.int8)
        total = graph.node("Add", [graph.node("MatMul", [source, wei]), graph.constant("b", np.arange(6, dtype=np.float32))])
        graph.output(graph.fake_quantize(total, 0.7, 9))
        model = self.expect(graph, "quantize_linear", "fully_connected", "dequantize_linear")
        self.assertGreaterEqual(model["operators"][1]["inputs"][2], 0)

    def test_what_is_left_in_float_is_said(self):
        graph = Graph()
        source = graph.fake_quantize(graph.input("x", [4, 8]), 0.5, 3)
        graph.output(graph.node("Add", [source, graph.input("y", [8])]))
        _, _, warnings = converted(checked(graph))
        self.assertEqual(len(warnings), 1)
        self.assertIn('(Add "', warnings[0])
        self.assertTrue(warnings[0].startswith("m.onnx: node 2 "))

    def test_what_has_no_float_kernel_is_refused(self):
        graph = Graph()
        operands = [graph.input("x", [1, 1, 4, 4]), graph.constant("w", np.ones([1, 1, 2, 2], np.float32))]
        graph.output(graph.node("Sigmoid", [graph.node("Conv", operands)]))
        lines = findings_of(checked(graph))
        self.assertEqual(len(lines), 1)
        self.assertIn("(Sigmoid", lines[0])


if __name__ == "__main__":
    unittest.main()
