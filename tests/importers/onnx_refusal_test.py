# SPDX-License-Identifier: Apache-2.0
"""The ONNX importer: files that are refused, and data in files of its own."""

import pathlib
import tempfile
import unittest

import numpy as np
from onnx import TensorProto, helper

from onnx_conversion import ImportFailure, convert, converted, findings_of
from onnx_graphs import Graph, convolution


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
