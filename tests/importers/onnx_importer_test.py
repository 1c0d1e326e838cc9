# SPDX-License-Identifier: Apache-2.0
"""The ONNX importer: what fake-quantised graphs become, and what is refused."""

import json
import pathlib
import sys
import tempfile
import unittest

import numpy as np
from jsonschema import Draft202012Validator
from onnx import TensorProto, helper
from onnx_graphs import Graph, checked, convolution, matmul_nbits

ROOT = pathlib.Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
sys.path.insert(0, str(ROOT / "importers"))

from nibble_import.findings import ImportFailure  # noqa: E402
from onnx_importer import convert  # noqa: E402

SCHEMA = Draft202012Validator(json.loads((ROOT / "model" / "model.schema.json").read_text(encoding="utf-8")))


def converted(content, file="m.onnx", batch=None):
    """(model, constants, warnings)"""
    text, constants, warnings = convert(content, file, "float", batch)
    model = json.loads(text)
    SCHEMA.validate(model)
    return model, constants, warnings


def types(model):
    return [op["type"] for op in model["operators"]]


def findings_of(content, **options):
    try:
        converted(content, **options)
    except ImportFailure as failure:
        return failure.lines
    return []


def relu(graph, name):
    return graph.node("Relu", [name])


def clip(low, high):
    def apply(graph, name):
        ends = [graph.constant(f"clip{i}", np.float32(end)) for i, end in enumerate((low, high))]
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


class BlocksTest(unittest.TestCase):
    def weights_of(self, graph):
        model, constants, _ = converted(graph.bytes())
        self.assertEqual(types(model), ["fully_connected"])
        op = model["operators"][0]
        source, wei = (model["tensors"][i] for i in op["inputs"][:2])
        self.assertEqual((source["dtype"], model["tensors"][op["outputs"][0]]["dtype"]), ("f32", "f32"))
        packed = constants[wei["data"]]
        numbers = np.stack([packed & 15, packed >> 4], -1).ravel().reshape(wei["shape"]).astype(np.int64)
        if wei["dtype"] == "s4":
            numbers = (numbers ^ 8) - 8
        q = wei["quantization"]
        self.assertEqual((q["granularity"], q["axis"]), ("per_group", 1))
        shape = [wei["shape"][0], wei["shape"][1] // q["group_size"]]
        zero = np.array(q["zero_point"]).reshape(shape)
        return numbers - np.repeat(zero, q["group_size"], 1), np.float32(q["scale"]).reshape(shape), op, model, constants

    def test_matmul_nbits(self):
        for block in (32, 64, 128):
            for zero_points in (False, True):
                graph, centred, scale, bias = matmul_nbits(7, 3 * block, block, zero_points, bias=block == 64)
                found, scales, op, model, constants = self.weights_of(graph)
                np.testing.assert_array_equal(found, centred)
                np.testing.assert_array_equal(scales, scale)
                if bias is not None:
                    np.testing.assert_array_equal(constants[model["tensors"][op["inputs"][2]]["data"]], bias)

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

    def test_others_are_refused(self):
        for key, wrong in (("bits", 8), ("block_size", 48), ("K", 100)):
            graph, *_ = matmul_nbits(4, 64, 32, False)
            model = graph.model()
            for attribute in model.graph.node[0].attribute:
                if attribute.name == key:
                    attribute.i = wrong
            lines = findings_of(model.SerializeToString())
            self.assertEqual(len(lines), 1, key)
            self.assertIn("(MatMulNBits", lines[0])


class RefusalTest(unittest.TestCase):
    def expect_line(self, content, *parts, **options):
        lines = findings_of(content, **options)
        self.assertEqual(len(lines), 1, lines)
        for part in (": found ", ", expected ", *parts):
            self.assertIn(part, lines[0])

    def test_truncated(self):
        content = convolution().bytes()
        for length in (0, 1, 7, len(content) // 2, len(content) - 1):
            lines = findings_of(content[:length])
            self.assertTrue(lines and all(": found " in line for line in lines), length)
        self.expect_line(b"TFL3 is another format", "protobuf")

    def test_opset(self):
        for opset in (9, 26):
            self.expect_line(self.with_opset(opset), "opset_import", f"found {opset}")

    @staticmethod
    def with_opset(opset):
        model = convolution().model()
        model.opset_import[0].version = opset
        return model.SerializeToString()

    def test_domain(self):
        graph = Graph()
        graph.output(graph.node("Swirl", [graph.input("x", [2])], domain="org.example"))
        self.expect_line(graph.bytes(), "domain", "org.example")

    def test_unknown_operator(self):
        graph = Graph()
        graph.output(graph.node("NonZero", [graph.input("x", [2])]))
        self.expect_line(graph.bytes(), 'node 0 (NonZero "')

    def test_two_bits(self):
        graph = Graph()
        graph.output(graph.node("DequantizeLinear", [graph.input("x", [4], TensorProto.UINT2), *graph.scales(0.5, 0)[:1]]))
        self.expect_line(graph.bytes(), "UINT2")

    def test_cycle(self):
        graph = Graph()
        graph.nodes = [helper.make_node("Relu", ["b"], ["a"]), helper.make_node("Relu", ["a"], ["b"])]
        graph.output("b")
        self.expect_line(graph.bytes(), "cycle")

    def test_names(self):
        graph = Graph()
        graph.output(graph.node("Relu", ["nowhere"]))
        self.expect_line(graph.bytes(), "nowhere")
        graph = Graph()
        graph.nodes = [helper.make_node("Relu", ["x"], ["a"]), helper.make_node("Relu", ["x"], ["a"])]
        graph.input("x", [2])
        graph.output("a")
        self.expect_line(graph.bytes(), "written before")
        graph = Graph()
        graph.input("x", [2])
        graph.output("y")
        self.expect_line(graph.bytes(), "output")

    def test_dynamic_dimensions(self):
        graph = Graph()
        graph.output(graph.fake_quantize(graph.input("x", ["n", 4]), 0.5, 3))
        self.expect_line(graph.bytes(), 'input "x"', "[n, 4]", "--batch")
        model, *_ = converted(graph.bytes(), batch=7)
        self.assertEqual(model["tensors"][model["inputs"][0]]["shape"], [7, 4])
        graph = Graph()
        graph.output(graph.fake_quantize(graph.input("x", ["n", "k"]), 0.5, 3))
        self.expect_line(graph.bytes(), "[7, k]", batch=7)

    def test_another_rounding(self):
        with self.assertRaises(ImportFailure) as raised:
            convert(convolution().bytes(), "m.onnx", "double", None)
        self.assertIn("double", str(raised.exception))


class ExternalDataTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name) / "models"
        self.folder.mkdir()

    def model(self, **entries):
        """A copy of the convolution whose weights are at `entries`."""
        model = convolution().model()
        weights = next(tensor for tensor in model.graph.initializer if tensor.name == "w")
        data = weights.raw_data
        weights.ClearField("raw_data")
        weights.data_location = TensorProto.EXTERNAL
        for key, text in {"offset": "16", "length": str(len(data)), **entries}.items():
            weights.external_data.add(key=key, value=text)
        return model.SerializeToString(), data

    def test_inside(self):
        content, data = self.model(location="w.bin")
        (self.folder / "w.bin").write_bytes(bytes(16) + data)
        found, constants, _ = converted(content, file=str(self.folder / "m.onnx"))
        plain, expected, _ = converted(convolution().bytes())
        self.assertEqual(found, plain)
        for key, array in expected.items():
            np.testing.assert_array_equal(constants[key], array)

    def test_outside_or_missing(self):
        (self.folder.parent / "w.bin").write_bytes(bytes(4096))
        (self.folder / "link.bin").symlink_to(self.folder.parent / "w.bin")
        (self.folder / "short.bin").write_bytes(bytes(20))
        (self.folder / "folder").mkdir()
        for location in ("../w.bin", str(self.folder.parent / "w.bin"), "link.bin", "none.bin", "short.bin", "folder", "", "a\0b"):
            content, _ = self.model(location=location)
            lines = findings_of(content, file=str(self.folder / "m.onnx"))
            self.assertEqual(len(lines), 1, location)
            self.assertIn('initializer "w"', lines[0])
        for wrong in ({"offset": "-1"}, {"offset": "x"}, {"length": "999999999999"}):
            (self.folder / "w.bin").write_bytes(bytes(4096))
            content, _ = self.model(location="w.bin", **wrong)
            self.assertEqual(len(findings_of(content, file=str(self.folder / "m.onnx"))), 1, wrong)


if __name__ == "__main__":
    unittest.main()
