"""An installed Nibble that was moved to another folder, and a machine without LLVM. SPDX-License-Identifier: Apache-2.0"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["NIBBLE_BUILD"])
MODELS = ROOT / "tests/data/mlperf_tiny/models"


class Machine:
    """Runs commands in an environment of their own: a home, and a PATH where nothing of LLVM or Halide can be found."""

    def __init__(self, folder):
        self.path = folder / "bin"
        self.home = folder / "home"
        self.path.mkdir()
        self.home.mkdir()
        for program in Path("/usr/bin").iterdir():
            if not re.search("llvm|lld|clang|[Hh]alide|python", program.name):
                (self.path / program.name).symlink_to(program)
        # The packages of an installed Nibble are for the Python of its build.
        (self.path / "python3").symlink_to(Path(sys.executable).resolve())
        (self.path / "ninja").unlink(missing_ok=True)
        (self.path / "ninja").symlink_to(shutil.which("ninja", path=Path(sys.executable).parent))

    def run(self, *command, **environment):
        """The finished process; status, output and error as text."""
        variables = {"PATH": str(self.path), "HOME": str(self.home), "LC_ALL": "C.UTF-8", **environment}
        return subprocess.run(
            [str(part) for part in command], env=variables, capture_output=True, text=True, timeout=600, check=False
        )

    def expect(self, *command, **environment):
        """The output of a command that has to succeed."""
        result = self.run(*command, **environment)
        assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
        return result.stdout


@pytest.fixture(name="machine", scope="session")
def make_machine(tmp_path_factory):
    return Machine(tmp_path_factory.mktemp("machine"))


@pytest.fixture(name="installed", scope="session")
def install_and_move(tmp_path_factory):
    folder = tmp_path_factory.mktemp("install")
    first = folder / "first"
    command = [os.environ["NIBBLE_CMAKE"], "--install", BUILD, "--prefix", first]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    moved = folder / "moved thère"
    moved.mkdir()
    yield first.rename(moved / "nibble")
    shutil.rmtree(folder)
