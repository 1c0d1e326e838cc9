# SPDX-License-Identifier: Apache-2.0
"""Many models as one, so that a target's kernels are built together, calls share them, and one process runs them."""

import json
import sys

from programs import TESTS

sys.path.insert(0, str(TESTS.parent / "importers"))
from nibble_import.model_folder import model_text, write_model_folder  # noqa: E402
from onnx_importer import convert as convert_onnx  # noqa: E402
from tflite_importer import convert as convert_tflite  # noqa: E402


class Merged:
    """Models beside each other in one model.json."""

    def __init__(self):
        self.tensors, self.operators, self.inputs, self.outputs = [], [], [], []
        self.constants, self.first_tensor = {}, {}

    def add(self, name, file):
        """The model of a .onnx or .tflite file. Returns it as it was imported."""
        convert, rounding = (convert_onnx, "float") if file.suffix == ".onnx" else (convert_tflite, "double")
        text, constants, *_ = convert(file.read_bytes(), str(file), rounding, None)
        model, first = json.loads(text), len(self.tensors)
        for tensor in model["tensors"]:
            if "data" in tensor:
                data = f"{name}_{tensor['data']}"
                self.constants[data] = constants[tensor["data"]]
                tensor["data"] = data
        for op in model["operators"]:
            op["name"] = f"{op['name']}_of_{len(self.first_tensor)}"
            op["inputs"] = [i + first if i >= 0 else i for i in op["inputs"]]
            op["outputs"] = [i + first for i in op["outputs"]]
        self.tensors += model["tensors"]
        self.operators += model["operators"]
        self.inputs += [i + first for i in model["inputs"]]
        self.outputs += [i + first for i in model["outputs"]]
        self.first_tensor[name] = first
        return json.loads(text)

    def write(self, folder):
        write_model_folder(folder, model_text(self.tensors, self.operators, self.inputs, self.outputs), self.constants)
