# SPDX-License-Identifier: Apache-2.0
"""TensorFlow Lite Micro's SEANet: int16 activations, models of one layer each, against the outputs that come with them."""

import numpy as np
import pytest

from merged import Merged
from oracle import TARGETS, require_target, run_model
from programs import DATA, run

SEANET = DATA / "tflite_micro" / "seanet"
MODELS = {"add": 10, "conv": 12, "leaky_relu": 23, "pad": 19, "quantize": 2, "sub": 5, "transpose_conv": 5}


@pytest.fixture(name="merged", scope="module")
def all_models(tmp_path_factory):
    """-> (Merged, its model folder, {model: its inputs and output})."""
    merged, arrays = Merged(), {}
    for operator, count in MODELS.items():
        files = sorted((SEANET / operator).glob("*.tflite"))
        assert len(files) == count
        for file in files:
            merged.add(file.stem, file)
            arrays[file.stem] = dict(np.load(file.with_suffix(".npz")))
    folder = tmp_path_factory.mktemp("seanet") / "model"
    merged.write(folder)
    return merged, folder, arrays


def inputs_of(arrays):
    return [arrays[f"input{i}"] for i in range(len(arrays) - 1)]


@pytest.mark.parametrize("target", TARGETS)
def test_every_model_is_exact(target, merged, tmp_path, capsys):
    require_target(target)
    models, folder, arrays = merged
    library = tmp_path / "library"
    result = run("gen_kernels", f"--model={folder}", f"--target={target}", f"--out={library}", "--quiet")
    assert result.returncode == 0, result.stderr
    found = run_model(library, [array for each in arrays.values() for array in inputs_of(each)], tmp_path / "out")
    outputs = dict(zip(models.first_tensor, models.outputs))
    wrong = [name for name, each in arrays.items() if not same(found[outputs[name]], each["golden"])]
    elements = sum(each["golden"].size for each in arrays.values())
    with capsys.disabled():
        print(f"\nseanet on {target}: {len(arrays)} models, {elements} elements, {len(wrong)} tensors differ")
    assert not wrong
    assert len(found) == sum(MODELS.values())


def same(array, want):
    return array.shape == want.shape and array.dtype == want.dtype and array.tobytes() == want.tobytes()
