# SPDX-License-Identifier: Apache-2.0
"""What a user meets who gives gen_kernels something it can't use: exit status, a line that says what, an untouched folder."""

import json
import pathlib
import sys

import pytest

from programs import MODELS, TESTS, run

sys.path.insert(0, str(TESTS / "importers"))
from tflite_patch import TflitePatch  # noqa: E402

RESNET = MODELS / "pretrainedResnet_quant.tflite"
FIRST_CONV_OUTPUT = 22  # tensor index
CONV_WEIGHTS = 8


@pytest.fixture(name="out")
def earlier_output(tmp_path):
    """A folder with the output of an earlier run."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "manifest.json").write_text("earlier")
    return folder


def refused(arguments, status, parts, out):
    """Expects the status, `parts` on one line of standard error, and the folder as it was."""
    result = run("gen_kernels", *arguments, f"--out={out}", "--quiet")
    assert result.returncode == status, result.stderr
    assert any(all(part in line for part in parts) for line in result.stderr.splitlines()), result.stderr
    assert "Traceback" not in result.stderr
    assert [(file.name, file.read_text()) for file in out.iterdir()] == [("manifest.json", "earlier")]


def patched(**edits):
    """Bytes of ResNet-8 after the named edits of TflitePatch."""
    patch = TflitePatch(RESNET)
    for name, arguments in edits.items():
        getattr(patch, name)(*arguments)
    return bytes(patch.content)


TFLITE_CASES = {
    "truncated": (RESNET.read_bytes()[:5000], []),
    "empty": (b"", []),
    "foreign": (b"\x89PNG\r\n\x1a\n" + bytes(2000), []),
    "missing_scale": (patched(drop_scales=(CONV_WEIGHTS,)), ["scale"]),
    "nan_scale": (patched(set_scale=(FIRST_CONV_OUTPUT, 0, float("nan"))), ["scale", "nan"]),
    "negative_scale": (patched(set_scale=(FIRST_CONV_OUTPUT, 0, -0.5)), ["scale", "-0.5"]),
    "shape_that_does_not_fit": (patched(set_extent=(FIRST_CONV_OUTPUT, 3, 17)), ["17"]),
}


@pytest.mark.parametrize("case", sorted(TFLITE_CASES))
def test_tflite_files(case, tmp_path, out):
    content, parts = TFLITE_CASES[case]
    model = tmp_path / "broken.tflite"
    model.write_bytes(content)
    refused([f"--model={model}", "--target=generic"], 1, ["broken.tflite", "expected", *parts], out)


def test_unsupported_operators_are_all_listed(tmp_path, out):
    model = tmp_path / "custom.tflite"
    patch = TflitePatch(RESNET)
    patch.set_builtin(3, 15)  # CONV_2D becomes LSH_PROJECTION
    patch.set_builtin(25, 44)  # SOFTMAX becomes UNIDIRECTIONAL_SEQUENCE_LSTM
    model.write_bytes(bytes(patch.content))
    refused([f"--model={model}", "--target=generic"], 1, ["custom.tflite", "LSH_PROJECTION", "expected"], out)
    result = run("gen_kernels", f"--model={model}", "--target=generic", f"--out={out}")
    assert sum("LSH_PROJECTION" in line for line in result.stderr.splitlines()) == 9, result.stderr
    assert sum("UNIDIRECTIONAL_SEQUENCE_LSTM" in line for line in result.stderr.splitlines()) == 1, result.stderr


def imported(folder):
    """ResNet-8 as a model folder."""
    result = run("gen_kernels", f"--model={RESNET}", "--target=generic", f"--out={folder}", "--quiet")
    assert result.returncode == 0, result.stderr
    return folder / "model"


def edit(model: pathlib.Path, change):
    """Applies `change` to the folder's model.json."""
    content = json.loads((model / "model.json").read_text())
    change(content)
    (model / "model.json").write_text(json.dumps(content))


FOLDER_CASES = {
    "unknown_key": (lambda model: model["operators"][0].update(colour="red"), ["colour"]),
    "missing_scale": (lambda model: model["tensors"][FIRST_CONV_OUTPUT].pop("quantization"), ["quantization"]),
    "nan_scale": (lambda model: model["tensors"][FIRST_CONV_OUTPUT]["quantization"].update(scale=[float("nan")]), ["scale"]),
    "negative_scale": (lambda model: model["tensors"][FIRST_CONV_OUTPUT]["quantization"].update(scale=[-1.0]), ["scale"]),
    "unknown_operator": (lambda model: model["operators"][0].update(type="lstm"), ["lstm"]),
    "shape_that_does_not_fit": (lambda model: model["tensors"][FIRST_CONV_OUTPUT].update(shape=[1, 32, 32, 17]), ["17"]),
}


@pytest.mark.parametrize("case", sorted(FOLDER_CASES))
def test_model_folders(case, tmp_path, out):
    change, parts = FOLDER_CASES[case]
    model = imported(tmp_path / "good")
    edit(model, change)
    refused([f"--model={model}", "--target=generic"], 1, ["expected", *parts], out)


def test_truncated_weights(tmp_path, out):
    weights = imported(tmp_path / "good") / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    refused([f"--model={weights.parent}", "--target=generic"], 1, ["weights.safetensors", "expected"], out)


def test_unknown_target(out):
    refused([f"--model={RESNET}", "--target=vax"], 2, ["--target", "vax", "generic"], out)


def test_unwritable_folder(tmp_path, out):
    blocker = tmp_path / "file"
    blocker.write_text("mine")
    result = run("gen_kernels", f"--model={RESNET}", "--target=generic", f"--out={blocker / 'deeper'}", "--quiet")
    assert result.returncode == 1 and "--out" in result.stderr
    assert blocker.read_text() == "mine"
    assert [file.name for file in out.iterdir()] == ["manifest.json"]
