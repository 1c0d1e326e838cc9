# SPDX-License-Identifier: Apache-2.0
"""The TFLite importer on INT4 weights: they stay packed, and what does not fit is refused."""

import json
import pathlib
import sys
import unittest

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "importers"))
sys.path.insert(0, str(ROOT / "tests" / "one_operator"))

import suites  # noqa: E402,F401  (adds the folder of oracle)
from case import Case, activation, constant, int4_constant  # noqa: E402
from nibble_import.findings import ImportFailure  # noqa: E402
from tflite_importer import convert  # noqa: E402
from tflite_writer import write_cases  # noqa: E402

RANDOM = np.random.default_rng(4)
VALUES = RANDOM.integers(-8, 8, (5, 7), np.int8)


def fully_connected(weights, dtype=np.int8):
    bias = constant(np.arange(5, dtype=np.int32), [0.001] * 5, [0] * 5)
    inputs = [activation((2, 7), dtype, 0.03, 2), weights, bias]
    case = Case("c", "FULLY_CONNECTED", inputs, [activation((2, 5), dtype, 0.1, 0)], ("FullyConnectedOptions", {}))
    return write_cases([case])[0]


def converted(content):
    text, constants = convert(content, "x.tflite", "double", None)
    return json.loads(text), constants


class Int4Test(unittest.TestCase):
    def test_weights_stay_packed(self):
        for dtype in (np.int8, np.uint8):
            model, constants = converted(fully_connected(int4_constant(VALUES, [0.01] * 5, [0] * 5), dtype))
            wei = model["tensors"][model["operators"][0]["inputs"][1]]
            self.assertEqual((wei["dtype"], wei["shape"]), ("s4", [5, 7]))
            packed = constants[wei["data"]]
            nibbles = np.stack([packed & 15, packed >> 4], 1).reshape(-1)[:35].astype(np.int8)
            np.testing.assert_array_equal((nibbles ^ 8) - 8, VALUES.reshape(-1))
            self.assertTrue(wei["quantization"]["symmetric"])

    def test_bytes_and_zero_points_are_checked(self):
        weights = int4_constant(VALUES, [0.01] * 5, [0] * 5)
        weights.data = weights.data[:-1]
        with self.assertRaises(ImportFailure) as failure:
            converted(fully_connected(weights))
        self.assertIn("found 17 bytes, expected 18 for INT4", str(failure.exception))
        with self.assertRaises(ImportFailure) as failure:
            converted(fully_connected(int4_constant(VALUES, [0.01], [9])))
        self.assertIn("found 9, expected a value of INT4", str(failure.exception))

    def test_activations_of_four_bits_are_refused(self):
        case = Case(
            "a", "ADD", [int4_constant(VALUES, [0.1], [0]), activation((5, 7), np.int8, 0.1, 0)],
            [activation((5, 7), np.int8, 0.1, 0)], ("AddOptions", {}),
        )
        with self.assertRaises(ImportFailure) as failure:
            converted(write_cases([case])[0])
        self.assertIn("INT4", str(failure.exception))


if __name__ == "__main__":
    unittest.main()
