# SPDX-License-Identifier: Apache-2.0
"""Halide hannk's uint8 models of one layer each, byte by byte, against TFLite's reference kernels.

All models become one, so that a target's kernels are built together and calls share them.
"""

import json
import sys

import pytest

from oracle import TARGETS, equals, input_arrays, read_oracle, require_target, run_model
from programs import DATA, TESTS, run

sys.path.insert(0, str(TESTS.parent / "importers"))
from nibble_import.model_folder import model_text, write_model_folder  # noqa: E402
from tflite_importer import convert  # noqa: E402

HANNK = DATA / "hannk"
MODELS = 83


class Merged:
    """Models beside each other in one model.json."""

    def __init__(self):
        self.tensors, self.operators, self.inputs, self.outputs = [], [], [], []
        self.constants, self.first_tensor = {}, {}

    def add(self, name, text, constants):
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

    def write(self, folder):
        write_model_folder(folder, model_text(self.tensors, self.operators, self.inputs, self.outputs), self.constants)


@pytest.fixture(name="merged", scope="module")
def all_models(tmp_path_factory):
    """-> (Merged, its model folder)."""
    merged = Merged()
    files = sorted((HANNK / "models").glob("*/*.tflite"))
    assert len(files) == MODELS
    for file in files:
        name = str(file.relative_to(HANNK / "models"))[: -len(".tflite")]
        merged.add(name, *convert(file.read_bytes(), str(file), "double", None))
    folder = tmp_path_factory.mktemp("hannk") / "model"
    merged.write(folder)
    return merged, folder


@pytest.mark.parametrize("target", TARGETS)
def test_every_model_is_exact(target, merged, tmp_path, capsys):
    require_target(target)
    models, folder = merged
    library = tmp_path / "library"
    result = run("gen_kernels", f"--model={folder}", f"--target={target}", f"--out={library}", "--quiet")
    assert result.returncode == 0, result.stderr
    oracles = {name: read_oracle(HANNK / "oracle" / f"{name}.layers.json") for name in models.first_tensor}
    wrong, compared, elements = [], 0, 0
    for sample in ("lcg1", "lcg2"):
        inputs = [array for oracle in oracles.values() for array in input_arrays(oracle[sample], None)]
        found = run_model(library, inputs, tmp_path / sample)
        for name, first in models.first_tensor.items():
            for index, want in oracles[name][sample]["tensors"].items():
                have = found[first + int(index)]
                compared, elements = compared + 1, elements + have.size
                if not equals(have, want):
                    wrong.append(f"{name} {sample}|t{index}")
    with capsys.disabled():
        print(
            f"\nhannk on {target}: {len(oracles)} of {MODELS} models, {compared} tensors, {elements} elements, "
            f"{len(wrong)} tensors differ"
        )
    assert not wrong
    assert compared >= 2 * len(oracles)
