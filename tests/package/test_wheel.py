"""The wheel, made of the installed tree, in a fresh virtual environment. SPDX-License-Identifier: Apache-2.0"""

import re
import subprocess
import sys
import sysconfig
import tomllib

import pytest
from conftest import MODELS, ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(name="commands", scope="module")
def install_wheel(installed, tmp_path_factory):
    """The folder of the commands that pip installed."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    prefix = f"cmake.define.NIBBLE_PREFIX={installed}"
    offline = ["--no-index", "--no-build-isolation", "--no-deps"]
    subprocess.run([*pip, "-q", "wheel", *offline, "--config-settings", prefix, "-w", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    assert re.fullmatch(r"nibble-[\d.]+-py3-none-linux_x86_64\.whl", wheel.name)

    fresh = folder / "fresh venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", fresh], check=True)
    # The packages that it depends on, as if from PyPI.
    (site_packages,) = fresh.glob("lib/python*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    python = ["--python", fresh / "bin/python"]
    subprocess.run([*pip, *python, "-q", "install", "--no-index", wheel], check=True)
    wheel.unlink()
    return fresh / "bin"


def test_commands(commands, machine, tmp_path):
    model = MODELS / "kws_ref_model.tflite"
    machine.expect(commands / "gen_kernels", f"--model={model}", "--target=host", f"--out={tmp_path / 'out'}", "--quiet")
    output = machine.expect(commands / "run_model", f"--dir={tmp_path / 'out'}", f"--output-dir={tmp_path / 'tensors'}")
    assert "wrote 1 tensor" in output
    assert list((tmp_path / "tensors").glob("t*.npy"))


def test_exit_status_is_the_programs(commands, machine):
    result = machine.run(commands / "gen_kernels", "--target=vax")
    assert result.returncode == 2 and "vax" in result.stderr


def test_recipe_agrees_with_the_build():
    project = PYPROJECT["project"]
    cmake = (ROOT / "CMakeLists.txt").read_text()
    assert f"project(nibble VERSION {project['version']} " in cmake
    assert project["dependencies"] == (ROOT / "importers/packages.txt").read_text().split()
    pinned = (ROOT / "requirements.txt").read_text().split()
    (halide,) = (name for name in PYPROJECT["build-system"]["requires"] if name.startswith("halide"))
    assert halide in pinned
