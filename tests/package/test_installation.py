"""The installed tree: whole, movable, licensed. SPDX-License-Identifier: Apache-2.0"""

import json
import os
import re
import subprocess
import sys

import pytest
from conftest import BUILD, MODELS, ROOT

OF_THE_SYSTEM = re.compile(r"\s*(linux-vdso|/lib64/ld-linux|lib(c|dl|gcc_s|m|pthread|rt|stdc\+\+)\.so\.\d+ )")
KEYWORDS = MODELS / "kws_ref_model.tflite"
ONNX = ROOT / "tests/data/onnxruntime/models/qdq_conv.onnx"


def test_no_path_of_the_build(installed):
    """Nothing in the tree knows where it was built or first installed."""
    needles = [os.fsencode(path) for path in (ROOT, BUILD, installed.parents[1] / "first")]
    files = [path for path in installed.rglob("*") if path.is_file()]
    assert len(files) > 100
    assert not [str(path) for path in files if any(needle in path.read_bytes() for needle in needles)]
    assert not [str(path) for path in installed.rglob("*") if path.is_symlink()]


def test_libraries_come_from_the_tree_or_the_c_library(installed, machine):
    programs = [*(installed / "bin").iterdir(), *(installed / "libexec/nibble").iterdir()]
    assert len(programs) >= 8
    for program in programs:
        for line in machine.expect("ldd", program).splitlines():
            assert OF_THE_SYSTEM.match(line) or f" => {installed}/" in line, f"{program}: {line}"


@pytest.mark.parametrize("model", [KEYWORDS, ONNX], ids=["tflite", "onnx"])
def test_same_bytes_as_the_build(installed, machine, model, tmp_path):
    flags = [f"--model={model}", "--target=generic", "--quiet"]
    machine.expect(installed / "bin/gen_kernels", *flags, f"--out={tmp_path / 'installed'}")
    subprocess.run([BUILD / "bin/gen_kernels", *flags, f"--out={tmp_path / 'built'}"], check=True)
    files = sorted(path.relative_to(tmp_path / "built") for path in (tmp_path / "built").rglob("*") if path.is_file())
    assert len(files) >= 6
    for file in files:
        assert (tmp_path / "built" / file).read_bytes() == (tmp_path / "installed" / file).read_bytes(), file
    assert "wrote 1 tensor" in machine.expect(
        installed / "bin/run_model", f"--dir={tmp_path / 'installed'}", f"--output-dir={tmp_path / 'tensors'}"
    )


def test_bench_kernels_runs(installed, machine):
    assert "--layers" in machine.expect(installed / "bin/bench_kernels", "--help")


def test_notice_names_all_that_is_bundled(installed):
    notice = (installed / "share/doc/nibble/NOTICE").read_text().split()
    licences = installed / "share/doc/nibble/licences"
    names = sorted(path.name for path in licences.iterdir())
    assert len(names) >= 10
    assert all(any(folder.iterdir()) for folder in licences.iterdir())
    assert not [name for name in names if name not in notice]


@pytest.fixture(name="other_version")
def pretend_that_the_packages_are_for_another_python(installed):
    file = installed / "share/nibble/importers/python_packages/PYTHON_VERSION"
    true_version = file.read_text()
    file.write_text("3.99\n")
    yield
    file.write_text(true_version)


def test_another_python_is_refused_by_name(installed, machine, tmp_path, other_version):
    del other_version
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    python = tmp_path / "bare/bin/python"
    result = machine.run(
        installed / "bin/gen_kernels", f"--model={KEYWORDS}", "--target=generic", f"--out={tmp_path / 'out'}", NIBBLE_PYTHON=python
    )
    running = "{}.{}".format(*sys.version_info)
    assert result.returncode == 1
    assert result.stderr == (
        f"{python}: version: found {running} without flatbuffers, ml_dtypes, numpy, onnx, safetensors, tflite, "
        "expected 3.99 (NIBBLE_PYTHON=PROGRAM chooses a Python)\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_python_of_another_version_may_bring_its_own(installed, machine, tmp_path, other_version):
    del other_version
    flags = [f"--model={KEYWORDS}", "--target=generic", "--quiet", f"--out={tmp_path / 'out'}"]
    machine.expect(installed / "bin/gen_kernels", *flags, NIBBLE_PYTHON=sys.executable)
    assert json.loads((tmp_path / "out/manifest.json").read_text())
