# SPDX-License-Identifier: Apache-2.0
"""The TFLite importer on INT16 activations: what their sums round by, and what it refuses."""

import json
import pathlib
import sys
import unittest

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "importers"))
sys.path.insert(0, str(ROOT / "tests" / "one_operator"))

import suites  # noqa: E402  (adds the folder of oracle)
from case import Case, activation, weights_and_bias  # noqa: E402
from nibble_import.findings import ImportFailure  # noqa: E402
from tflite_importer import convert  # noqa: E402
from tflite_writer import write_cases  # noqa: E402

SEANET = suites.EXPECTED.parent / "tflite_micro" / "seanet"


def converted(content, rounding="double"):
    text, _constants = convert(content, "x.tflite", rounding, None)
    return json.loads(text)


def fully_connected(bias):
    """-> (the operator, the types of its tensors); `bias`: numpy type or None."""
    wei, bia = weights_and_bias((5, 7), np.int16, 0.03, 1)
    inputs = [activation((2, 7), np.int16, 0.03, 0), wei]
    if bias is not None:
        bia.data, bia.dtype = bia.data.astype(bias), bias
        inputs.append(bia)
    case = Case("c", "FULLY_CONNECTED", inputs, [activation((2, 5), np.int16, 0.1, 0)], ("FullyConnectedOptions", {}))
    return write_cases([case])[0]


def sum_of(scale, pot):
    tensors = [activation((4,), np.int16, scale, 0) for _ in range(3)]
    return write_cases([Case("s", "ADD", tensors[:2], tensors[2:], ("AddOptions", {"PotScaleInt16": pot}))])[0]


class Int16Test(unittest.TestCase):
    def test_the_bias_says_how_sums_round(self):
        for bias, expected in ((np.int64, "reduced16"), (np.int32, "double"), (None, "double")):
            with self.subTest(bias):
                (op,) = converted(fully_connected(bias))["operators"]
                self.assertEqual(op["rounding"], expected)
        (op,) = converted(fully_connected(np.int64), "single")["operators"]
        self.assertEqual(op["rounding"], "reduced16")

    def test_weights_are_bytes(self):
        wei, bia = weights_and_bias((5, 7), np.int16, 0.03, 1)
        wei.data, wei.dtype = wei.data.astype(np.int16), np.int16
        inputs = [activation((2, 7), np.int16, 0.03, 0), wei, bia]
        case = Case("c", "FULLY_CONNECTED", inputs, [activation((2, 5), np.int16, 0.1, 0)], ("FullyConnectedOptions", {}))
        with self.assertRaises(ImportFailure) as failure:
            converted(write_cases([case])[0])
        self.assertIn("found INT16, expected INT8 or INT4", str(failure.exception))

    def test_sums_of_powers_of_two_are_refused_where_tflite_shifts_them(self):
        converted(sum_of(0.3, True))
        converted(sum_of(0.25, False))
        with self.assertRaises(ImportFailure) as failure:
            converted(sum_of(0.25, True))
        self.assertIn("pot_scale_int16: found true, and scales that are powers of two", str(failure.exception))

    def test_a_shape_that_the_caller_gives_stays_an_input(self):
        model = converted((SEANET / "transpose_conv" / "transpose_conv0.tflite").read_bytes())
        (op,) = model["operators"]
        self.assertEqual([model["tensors"][i]["dtype"] for i in model["inputs"]], ["s32", "s16"])
        self.assertEqual((op["type"], op["inputs"][0]), ("transpose_conv2d", model["inputs"][1]))


if __name__ == "__main__":
    unittest.main()
