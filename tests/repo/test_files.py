"""Every file is formatted, licensed, and in the list of something that uses it. SPDX-License-Identifier: Apache-2.0"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from tree import FILES, ROOT, expect_none, files_with

CMAKE_TEXT = "\n".join(path.read_text() for path in FILES if path.name == "CMakeLists.txt")
IS_SCRIPT = [path for path in FILES if path.parent in (ROOT / "scripts", ROOT / ".ci") and not path.suffix]


def test_formatted():
    result = subprocess.run([ROOT / "scripts/format", "--check"], capture_output=True, text=True, check=False)
    names = re.findall(r"^(\S+?):\d+:\d+: error", result.stderr, re.MULTILINE)
    expect_none({(ROOT / name).resolve() for name in names}, "scripts/format would change")
    if result.returncode != 0:
        pytest.fail(result.stderr)


def test_sources_are_built():
    """A source that no target compiles and no CMakeLists.txt names is dead."""
    commands = json.loads((Path(os.environ["NIBBLE_BUILD"]) / "compile_commands.json").read_text())
    compiled = {Path(entry["directory"], entry["file"]).resolve() for entry in commands}
    dead = [path for path in files_with(".c", ".cpp") if path not in compiled and path.name not in CMAKE_TEXT]
    expect_none(dead, "no target compiles")


def test_headers_are_included():
    includes = set()
    for path in files_with(".c", ".cpp", ".h"):
        includes.update(Path(name).name for name in re.findall(r'#include "([^"]+)"', path.read_text()))
    expect_none((path for path in files_with(".h") if path.name not in includes), "nothing includes")


def test_python_tests_are_run():
    """A folder's CMakeLists.txt names each test file, or the folder as a whole."""
    unused = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = (path.parent / "CMakeLists.txt").read_text()
        if path.name not in text and '"${CMAKE_CURRENT_SOURCE_DIR}"' not in text:
            unused.append(path)
    expect_none(unused, "no CMakeLists.txt runs")


def test_test_folders_are_added():
    added = set(re.findall(r"add_subdirectory\((\w+)\)", (ROOT / "tests/CMakeLists.txt").read_text()))
    on_disk = {path.parent.name for path in (ROOT / "tests").glob("*/CMakeLists.txt")}
    assert added == on_disk


def test_licensed():
    ours = files_with(".c", ".cpp", ".h", ".py", ".cmake") + IS_SCRIPT
    ours += [path for path in FILES if path.name == "CMakeLists.txt"]
    expect_none((path for path in ours if "SPDX-License-Identifier: Apache-2.0" not in path.read_text()), "no licence in")


def test_scripts_are_valid():
    for path in IS_SCRIPT:
        assert os.access(path, os.X_OK), f"{path.name} has no run bit"
        subprocess.run(["bash", "-n", path], check=True)


def test_no_machine_paths():
    """Nothing depends on where somebody's checkout, home or scratch folder is."""
    pattern = re.compile(r"(?<![\w.$}])/(?:home|root|work|tmp)/")
    texts = files_with(".c", ".cpp", ".h", ".py", ".cmake", ".json", ".md", ".txt") + IS_SCRIPT
    expect_none((path for path in texts if pattern.search(path.read_text())), "a machine's path in")
