# SPDX-License-Identifier: Apache-2.0
"""Single operators of cases/*.py, byte by byte, against TFLite's reference kernels (make_expected.py).

An operator's cases of one type are one .tflite file, so that one call of gen_kernels serves them all.
"""

import json
import os

import numpy as np
import pytest

from suites import SAMPLES, SUITES, by_key, cases_of, inputs_of, results_file
from tflite_writer import write_cases

from oracle import TARGETS, require_target, run_model  # of tests/models: suites adds its folder
from programs import run

LEAST_CASES = 5


def targets_of(position):
    """All targets where NIBBLE_TEST_SWEEP is set. Else the first and another, each suite's its own: that kernels are equal
    to the reference on every target is seen in tests/generators."""
    others = TARGETS[1:]
    return TARGETS if "NIBBLE_TEST_SWEEP" in os.environ else [TARGETS[0], others[2 * position % len(others)]]


RUNS = [(*suite, target) for position, suite in enumerate(SUITES) for target in targets_of(position)]


@pytest.mark.parametrize("operator, kind, target", RUNS)
def test_every_case_is_exact(operator, kind, target, tmp_path, capsys):
    require_target(target)
    cases = cases_of(operator, kind)
    assert len(cases) >= LEAST_CASES
    content, outputs = write_cases(cases)
    model, library = tmp_path / f"{operator}.tflite", tmp_path / "library"
    model.write_bytes(content)
    result = run("gen_kernels", f"--model={model}", f"--target={target}", f"--out={library}", "--quiet")
    assert result.returncode == 0, result.stderr
    found = {}
    for sample in SAMPLES:
        tensors = run_model(library, inputs_of(cases, sample), tmp_path / sample)
        found.update(by_key(cases, outputs, sample, tensors.get))
    expected = dict(np.load(results_file(operator, kind)))
    assert found.keys() == expected.keys()
    wrong = [key for key, want in expected.items() if not same(found[key], want)]
    elements = sum(array.size for array in expected.values())
    with capsys.disabled():
        print(f"\n{operator} {kind} on {target}: {len(cases)} cases, {elements} elements, {len(wrong)} tensors differ")
    assert not wrong


# The form that most cases of an operator have to get, by target.
USUAL_FORMS = [
    ("requantize", "x86-64-avx512_vnni", "words"),
    ("requantize", "x86-64-avx2", "pairs"),
    ("requantize", "generic", "narrow"),
    ("add", "generic", "linear"),
    ("mul", "generic", "f32"),
    ("relu", "generic", "table"),
]


@pytest.mark.parametrize("operator, target, form", USUAL_FORMS)
def test_manifest_names_the_form(operator, target, form, tmp_path):
    model = tmp_path / "model.tflite"
    model.write_bytes(write_cases(cases_of(operator, "int8"))[0])
    result = run("gen_kernels", f"--model={model}", f"--target={target}", f"--out={tmp_path}", "--emit=report", "--quiet")
    assert result.returncode == 0, result.stderr
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    forms = [kernel["requantize"] for kernel in manifest["kernels"] if kernel["operator"] == operator]
    assert forms.count(form) > len(forms) / 2, forms


def same(array, want):
    return array.shape == want.shape and array.dtype == want.dtype and array.tobytes() == want.tobytes()
