# SPDX-License-Identifier: Apache-2.0
"""Operators that move elements: what the importer makes of their constants, and what it says of those that do not fit."""

import json
import pathlib
import sys
import unittest

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "importers"), str(ROOT / "tests" / "one_operator"), str(ROOT / "tests" / "models")]

from case import Case, activation, constant  # noqa: E402
from nibble_import.findings import ImportFailure  # noqa: E402
from tflite_importer import convert  # noqa: E402
from tflite_writer import write_cases  # noqa: E402


def tensor(*shape):
    return activation(shape, np.int8, 0.5, 3)


def numbers(*values):
    return constant(np.array(values, np.int32))


def operators(name, inputs, outputs, options):
    """The entries of model.json for one operator of TFLite."""
    content, _ = write_cases([Case("case", name, inputs, outputs, options)])
    return json.loads(convert(content, "x.tflite", "double", None)[0])["operators"]


def finding(*arguments):
    try:
        operators(*arguments)
    except ImportFailure as failure:
        return str(failure)
    return ""


class MoversTest(unittest.TestCase):
    def test_concat_counts_its_axis_from_the_start(self):
        sources, options = [tensor(1, 2, 3), tensor(1, 2, 4)], ("ConcatenationOptions", {"Axis": -1})
        (op,) = operators("CONCATENATION", sources, [tensor(1, 2, 7)], options)
        self.assertEqual((op["type"], op["inputs"], op["attributes"]), ("concat", [0, 1], {"axis": 2}))
        far = ("ConcatenationOptions", {"Axis": 3})
        self.assertIn("axis: found 3, expected a dimension", finding("CONCATENATION", sources, [tensor(1, 2, 7)], far))

    def test_pad_value_is_the_zero_point(self):
        inputs = [tensor(2, 3), constant(np.array([[0, 1], [2, 0]], np.int32))]
        (op,) = operators("PAD", inputs, [tensor(3, 5)], ("PadOptions", {}))
        self.assertEqual(op["attributes"], {"after": [1, 0], "before": [0, 2], "value": 3})
        negative = [tensor(2, 3), constant(np.array([[0, -1], [2, 0]], np.int32))]
        self.assertIn("paddings: found [0, -1, 2, 0]", finding("PAD", negative, [tensor(1, 5)], ("PadOptions", {})))
        computed = [tensor(2, 3), activation((2, 2), np.int32, 1, 0)]
        self.assertIn("found computed numbers", finding("PAD", computed, [tensor(3, 5)], ("PadOptions", {})))

    def test_split_becomes_a_slice_for_each_output(self):
        inputs, options = [tensor(2, 9), numbers(4, 5), constant(np.int32(1))], ("SplitVOptions", {"NumSplits": 2})
        slices = operators("SPLIT_V", inputs, [tensor(2, 4), tensor(2, 5)], options)
        self.assertEqual([op["name"] for op in slices], ["slice_0_0", "slice_0_1"])
        self.assertEqual([op["attributes"]["begin"] for op in slices], [[0, 0], [0, 4]])
        self.assertEqual([op["outputs"] for op in slices], [[3], [4]])
        self.assertIn("found 8 elements", finding("SPLIT_V", inputs, [tensor(2, 4), tensor(2, 4)], options))

    def test_transpose_names_each_dimension_once(self):
        (op,) = operators("TRANSPOSE", [tensor(2, 3), numbers(-1, 0)], [tensor(3, 2)], ("TransposeOptions", {}))
        self.assertEqual(op["attributes"], {"permutation": [1, 0]})
        twice = [tensor(2, 3), numbers(1, 1)]
        self.assertIn("permutation: found [1, 1]", finding("TRANSPOSE", twice, [tensor(3, 2)], ("TransposeOptions", {})))

    def test_all_tensors_have_one_type(self):
        other = activation((1, 7), np.uint8, 0.5, 3)
        options = ("ConcatenationOptions", {"Axis": 1})
        self.assertIn("found UINT8, expected INT8", finding("CONCATENATION", [tensor(1, 3), other], [tensor(1, 10)], options))


if __name__ == "__main__":
    unittest.main()
