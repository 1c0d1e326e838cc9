# SPDX-License-Identifier: Apache-2.0
"""A target is a JSON file: one that nobody knew before runs a whole model, and what is wrong with one is said."""

import json
import os

import numpy as np
import pytest

from oracle import run_model
from programs import DATA, MODELS, TARGETS, run

RESNET = MODELS / "pretrainedResnet_quant.tflite"


def generate(target, out):
    return run("gen_kernels", f"--model={RESNET}", f"--target={target}", f"--out={out}", "--quiet")


def add_target(folder, monkeypatch, **changes):
    """A target like fake-wide, but for these fields."""
    facts = json.loads((TARGETS / "fake-wide.json").read_text(encoding="utf-8"))
    (folder / "newcomer.json").write_text(json.dumps({**facts, "name": "newcomer", **changes}), encoding="utf-8")
    monkeypatch.setitem(os.environ, "NIBBLE_TARGETS", str(folder))


def test_a_new_target_gives_the_same_bytes(tmp_path, monkeypatch):
    image = np.random.default_rng(3).integers(-128, 128, (1, 32, 32, 3), dtype=np.int8)
    assert generate("generic", tmp_path / "generic").returncode == 0
    (tmp_path / "targets").mkdir()
    add_target(tmp_path / "targets", monkeypatch, vector_bytes=20, vector_registers=5, rank=1)
    result = generate("newcomer", tmp_path / "newcomer")
    assert result.returncode == 0, result.stderr
    expected, found = (run_model(tmp_path / name, [image], tmp_path / f"out_{name}", "--layers") for name in ("generic", "newcomer"))
    assert found.keys() == expected.keys() and len(found) > 10
    assert all(found[index].tobytes() == array.tobytes() for index, array in expected.items())
    assert "newcomer" in run("gen_kernels", "--list-targets").stdout.split()


def test_a_file_of_ones_own_comes_first(tmp_path, monkeypatch):
    add_target(tmp_path, monkeypatch)
    facts = json.loads((tmp_path / "newcomer.json").read_text(encoding="utf-8"))
    (tmp_path / "generic.json").write_text(json.dumps({**facts, "name": "generic", "rank": 77}), encoding="utf-8")
    assert '"rank": 77' in run("gen_kernels", "--describe-target=generic").stdout


def test_a_folder_that_is_none_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "NIBBLE_TARGETS", str(tmp_path / "nowhere"))
    for program, arguments in (("gen_kernels", ["--list-targets"]), ("bench_kernels", ["--layers=layers.csv"])):
        result = run(program, *arguments)
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr == f"NIBBLE_TARGETS: folder: found {tmp_path / 'nowhere'}, expected a folder of target files\n"
    result = generate("generic", tmp_path / "out")
    assert result.returncode == 1 and result.stderr.count("\n") == 1, result.stderr


def test_the_bench_of_kernels_refuses_what_does_not_run_here():
    result = run("bench_kernels", f"--layers={DATA / 'layers.csv'}", "--target=arm-64")
    assert result.returncode == 1 and "found arm-64, whose code runs under qemu-aarch64" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "change, part",
    [
        ({"vector_bytes": 0}, "vector_bytes"),
        ({"cpu_features": ["sse17"]}, "found sse17, expected a name of"),
        ({"lowerings": {"conv2d": ["dot_s4s4"]}}, "dot_s4s4"),
        ({"wings": 2}, "wings"),
    ],
)
def test_a_wrong_target_is_refused(change, part, tmp_path, monkeypatch):
    add_target(tmp_path, monkeypatch, **change)
    result = generate("newcomer", tmp_path / "out")
    assert result.returncode == 1 and part in result.stderr and not (tmp_path / "out").exists(), result.stderr
