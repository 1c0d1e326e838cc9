# SPDX-License-Identifier: Apache-2.0
"""The TFLite importer on the MLPerf Tiny models, and on what is no INT8 TFLite model."""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import tflite
from jsonschema import Draft202012Validator
from safetensors.numpy import load_file
from tflite_patch import TflitePatch

ROOT = pathlib.Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "mlperf_tiny"
IMPORTER = ROOT / "importers" / "tflite_importer.py"
sys.path.insert(0, str(IMPORTER.parent))

from nibble_import.findings import ImportFailure  # noqa: E402
from tflite_importer import convert  # noqa: E402

MODELS = ("ad01_int8", "kws_ref_model", "pretrainedResnet_quant")
RESNET = DATA / "models" / "pretrainedResnet_quant.tflite"
KEYWORD = ROOT / "tests" / "data" / "tflite_micro" / "models" / "keyword_scrambled_8bit.tflite"


def run_importer(*arguments):
    return subprocess.run(
        [sys.executable, str(IMPORTER), *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )


def converted(content, rounding="double", batch=None):
    text, constants = convert(bytes(content), "x.tflite", rounding, batch)
    return json.loads(text), constants


def findings_of(content, **options):
    try:
        converted(content, **options)
    except ImportFailure as failure:
        return str(failure)
    return ""


class ImporterTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def test_mlperf_tiny_models(self):
        schema = json.loads((ROOT / "model" / "model.schema.json").read_text(encoding="utf-8"))
        for name in MODELS:
            with self.subTest(name):
                out = self.folder / name
                result = run_importer(DATA / "models" / f"{name}.tflite", out)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                model = json.loads((out / "model.json").read_text(encoding="utf-8"))
                Draft202012Validator(schema).validate(model)
                self.check_constants(name, model, load_file(out / "weights.safetensors"))
                self.check_operators(name, model)

    def check_constants(self, name, model, constants):
        """Against the flat export, which another reader made."""
        flat = json.loads((DATA / "flat" / f"{name}.json").read_text(encoding="utf-8"))
        blob = (DATA / "flat" / f"{name}.bin").read_bytes()
        seen = 0
        for key, entry in flat["tensors"].items():
            if entry.get("role") not in ("weights", "bias"):
                continue
            tensor = model["tensors"][int(key[1:])]
            expected = np.frombuffer(blob, entry["dtype"], int(np.prod(entry["shape"])), entry["offset"])
            np.testing.assert_array_equal(constants[tensor["data"]], expected.reshape(entry["shape"]))
            self.assertEqual(constants[tensor["data"]].dtype, np.dtype(entry["dtype"]))
            seen += 1
        self.assertGreaterEqual(seen, 20)

    def check_operators(self, name, model):
        """The oracle holds one activation for each operator, under the tensor's index in the TFLite file."""
        activations = np.load(DATA / "oracle" / f"{name}.acts.npz")
        sample = activations.files[0].split("|")[0]
        written = {op["outputs"][0] for op in model["operators"]}
        for key in activations.files:
            if key.startswith(sample + "|"):
                index = int(key.split("|t")[1])
                self.assertEqual(model["tensors"][index]["shape"], list(activations[key].shape), key)
                self.assertIn(index, written | set(model["inputs"]))
        self.assertEqual(
            [op["name"] for op in model["operators"]], [f"{op['type']}_{i}" for i, op in enumerate(model["operators"])]
        )

    def test_variables_become_states(self):
        model, _ = converted(KEYWORD.read_bytes())
        self.assertEqual(model["inputs"], [52, 4, 12, 20, 28, 36, 41, 46])
        self.assertEqual(model["outputs"], list(range(53, 61)))
        svdf = model["operators"][1]
        self.assertEqual((svdf["inputs"], svdf["outputs"], svdf["attributes"]), ([0, 1, 2, 4, 3], [5, 54], {"rank": 1}))
        before, after = model["tensors"][4], model["tensors"][54]
        self.assertEqual(before["quantization"], after["quantization"])

    def test_fields_of_resnet(self):
        model, _ = converted(RESNET.read_bytes())
        self.assertEqual((model["inputs"], model["outputs"]), ([0], [37]))
        image, kernel = model["tensors"][0], model["tensors"][8]
        self.assertEqual((image["name"], image["shape"], image["layout"]), ("input_1_int8", [1, 32, 32, 3], "NHWC"))
        self.assertEqual(
            (kernel["layout"], kernel["quantization"]["axis"], len(kernel["quantization"]["scale"])), ("OHWI", 0, 16)
        )
        conv, pool, reshape = (model["operators"][i] for i in (4, 12, 13))
        self.assertEqual(
            conv["attributes"], {"activation": "relu", "dilation": [1, 1], "groups": 1, "padding": "same", "stride": [2, 2]}
        )
        self.assertEqual(pool["attributes"]["kernel"], [8, 8])
        self.assertEqual((reshape["inputs"], reshape["attributes"]), ([34], {}))

    def test_depthwise_of_keyword_spotting(self):
        model, _ = converted((DATA / "models" / "kws_ref_model.tflite").read_bytes())
        depthwise = model["operators"][1]
        self.assertEqual((depthwise["type"], depthwise["attributes"]["channel_multiplier"]), ("depthwise_conv2d", 1))
        kernel = model["tensors"][depthwise["inputs"][1]]
        self.assertEqual((kernel["layout"], kernel["quantization"]["axis"]), ("1HWO", 3))

    def test_constants_among_the_inputs_are_none_of_the_models(self):
        file = ROOT / "tests" / "data" / "hannk" / "models" / "mobilenet_v1_0.25_128_quant" / "002.CONV_2D.tflite"
        listed = tflite.Model.GetRootAs(file.read_bytes(), 0).Subgraphs(0).InputsAsNumpy().tolist()
        model, _ = converted(file.read_bytes())
        self.assertEqual((listed, model["inputs"]), ([0, 3, 1], [0]))
        activation, weights = model["tensors"][0], model["tensors"][3]
        self.assertEqual((activation["dtype"], weights["dtype"]), ("u8", "u8"))
        self.assertEqual(weights["quantization"]["zero_point"], [120])

    def test_same_file_same_bytes(self):
        for out in ("a", "b"):
            self.assertEqual(run_importer(RESNET, self.folder / out).returncode, 0)
        for file in ("model.json", "weights.safetensors"):
            self.assertEqual((self.folder / "a" / file).read_bytes(), (self.folder / "b" / file).read_bytes())

    def test_rounding_is_recorded(self):
        for rounding in ("double", "single", "float"):
            model, _ = converted(RESNET.read_bytes(), rounding)
            chosen = {op["type"]: op["rounding"] for op in model["operators"]}
            self.assertEqual(chosen["conv2d"], rounding)
            self.assertEqual(
                (chosen["reshape"], chosen["average_pool2d"], chosen["softmax"]), ("none", "none", "double")
            )

    def test_batch(self):
        model, constants = converted(RESNET.read_bytes(), batch=3)
        for tensor in model["tensors"]:
            if "data" in tensor:
                self.assertEqual(tensor["shape"], list(constants[tensor["data"]].shape))
            else:
                self.assertEqual(tensor["shape"][0], 3)

    def test_batch_that_does_not_reach_all_activations(self):
        patch = TflitePatch(RESNET)
        patch.set_extent(35, 0, 64)
        patch.set_extent(35, 1, 1)
        line = 'tensor 35 ("model/flatten/Reshape"), shape: found [64, 1], expected a batch of 1 first, for --batch'
        self.assertIn(line, findings_of(patch.content, batch=2))

    def test_patched_models(self):
        builtin, types = tflite.BuiltinOperator, tflite.TensorType
        cases = [
            ("set_type", (22, types.UINT8), 'operator 0 (CONV_2D), output tensor "model/activation/Relu'),
            ("set_type", (8, types.INT4), "found 432 bytes, expected 216 for INT4"),
            ("set_type", (0, types.INT32), "found INT32, expected INT8 or UINT8"),
            ("set_type", (0, types.INT16), "found INT8, expected INT16"),
            ("set_type", (22, types.FLOAT64), "type: found FLOAT64, expected one of INT4"),
            ("set_type", (22, 99), "found type 99, expected"),
            ("set_extent", (22, 1, 0), "shape: found [1, 0, 32, 16], expected extents of at least 1"),
            ("set_extent", (22, 1, 2**31 - 1), "and at most 2147483647 elements"),
            ("set_extent", (8, 0, 17), "data: found 432 bytes, expected 459 for INT8 [17, 3, 3, 3]"),
            (
                "set_signature",
                (0, 1, -1),
                'tensor 0 ("input_1_int8"), shape: found [-1, -1, 32, 3], expected no dynamic dimension but the batch',
            ),
            (
                "set_scale",
                (8, 3, float("nan")),
                'tensor 8 ("model/conv2d/Conv2D"), quantization, scale[3]: found nan, expected a finite scale above 0',
            ),
            ("set_scale", (8, 3, float("inf")), "scale[3]: found inf, expected a finite scale above 0"),
            ("set_scale", (8, 3, -1.0), "scale[3]: found -1.0, expected a finite scale above 0"),
            ("set_scale", (8, 3, 0.0), "scale[3]: found 0.0, expected a finite scale above 0"),
            ("drop_scales", (22,), "quantization: found no scale, expected a scale and a zero point"),
            ("set_zero_point", (0, 0, 2**40), "zero_point[0]: found 1099511627776, expected a value of INT8"),
            (
                "set_operator_input",
                (0, 0, 999),
                "operator 0 (CONV_2D), inputs: found tensor 999, expected one of 38 tensors",
            ),
            ("set_operator_input", (0, 0, -1), "operator 0 (CONV_2D), inputs[0]: found no tensor, expected one"),
            ("set_operator_input", (0, 0, 30), "which nobody wrote, expected an earlier operator's output"),
            ("set_operator_input", (13, 1, 22), "found a computed shape, expected a constant"),
            (
                "set_builtin",
                (builtin.FULLY_CONNECTED, builtin.CONV_2D),
                "operator 14 (CONV_2D), options: found none of its own, expected Conv2DOptions",
            ),
            ("set_option", (0, 2, "i", 0), "operator 0 (CONV_2D), stride: found [0, 1], expected 1 to 32767"),
            ("set_option", (0, 1, "i", 2**15), "operator 0 (CONV_2D), stride: found [1, 32768], expected 1 to 32767"),
            ("set_option", (12, 4, "i", -8), "operator 12 (AVERAGE_POOL_2D), kernel: found [-8, 8], expected 1 to 32767"),
            ("set_version", (2,), "flatbuffer, version: found 2, expected 3"),
        ]
        for method, arguments, line in cases:
            with self.subTest(line):
                patch = TflitePatch(RESNET)
                getattr(patch, method)(*arguments)
                findings = findings_of(patch.content)
                self.assertIn(line, findings)
                self.assertTrue(all(each.startswith("x.tflite: ") for each in findings.splitlines()))

    def test_all_unsupported_operators_at_once(self):
        patch = TflitePatch(RESNET)
        patch.set_builtin(tflite.BuiltinOperator.FULLY_CONNECTED, tflite.BuiltinOperator.RNN)
        patch.set_builtin(tflite.BuiltinOperator.SOFTMAX, tflite.BuiltinOperator.LSH_PROJECTION)
        file, out = self.folder / "unsupported.tflite", self.folder / "out"
        file.write_bytes(patch.content)
        result = run_importer(file, out)
        self.assertEqual(result.returncode, 1)
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertTrue(
            lines[0].startswith(f'{file}: operator 14 (RNN), output tensor "model/dense/MatMul;model/dense/BiasAdd":')
        )
        self.assertIn("found RNN, expected one of ADD, ", lines[0])
        self.assertIn('operator 15 (LSH_PROJECTION), output tensor "Identity_int8"', lines[1])
        self.assertEqual(os.listdir(self.folder), [file.name])

    def test_files_that_are_no_model(self):
        resnet = RESNET.read_bytes()
        for content in (
            b"",
            b"TFL3",
            b"\x89PNG\r\n\x1a\n" * 9,
            b"PK\x03\x04" * 9,
            b"\x1c\0\0\0TFL3",
            resnet[:8] + bytes(90),
        ):
            self.assertTrue(findings_of(content).startswith("x.tflite: flatbuffer"), content)
        for size in range(0, len(resnet), len(resnet) // 100):
            self.assertNotEqual(findings_of(resnet[:size]), "", f"{size} bytes")

    def test_mutated_files_fail_in_one_way(self):
        """Any exception but ImportFailure is an error of this test; the time limit of CTest would tell an endless loop."""
        seed = 88172
        choose = random.Random(seed)
        model = (DATA / "models" / "kws_ref_model.tflite").read_bytes()
        for i in range(600):
            content = bytearray(model)
            for _ in range(choose.randint(1, 8)):
                # The tables stand at the file's end and beginning, the weights between.
                at = choose.choice(
                    (choose.randrange(400), choose.randrange(len(content)), len(content) - 1 - choose.randrange(16000))
                )
                content[at] = choose.choice((0, 1, 127, 128, 255, choose.randrange(256)))
            with self.subTest(seed=seed, mutation=i):
                findings_of(content)

    def test_command_line(self):
        out = self.folder / "out"
        usage = ([RESNET], [RESNET, out, "--rounding=up"], [RESNET, out, "--batch=0"], [RESNET, out, "--frobnicate"])
        for arguments in usage:
            result = run_importer(*arguments)
            self.assertEqual(result.returncode, 2, arguments)
        missing = run_importer(self.folder / "no.tflite", out)
        self.assertEqual(missing.returncode, 1)
        self.assertEqual(
            missing.stderr,
            f"{self.folder / 'no.tflite'}: file: found No such file or directory, expected a readable file\n",
        )
        self.assertEqual(os.listdir(self.folder), [])

    def test_folder_that_cannot_be_written(self):
        file, full = self.folder / "file", self.folder / "full"
        file.write_bytes(b"")
        full.mkdir()
        (full / "precious").write_bytes(b"1")
        for out in (file / "below", full):
            result = run_importer(RESNET, out)
            self.assertEqual(result.returncode, 1)
            self.assertIn(f"{out}: folder: found", result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1)
        self.assertEqual(sorted(os.listdir(self.folder)), ["file", "full"])
        self.assertEqual(os.listdir(full), ["precious"])


if __name__ == "__main__":
    unittest.main()
