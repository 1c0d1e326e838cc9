"""The project's own files, for the tests of this folder. SPDX-License-Identifier: Apache-2.0"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = (ROOT / "tests/data",)


def is_ours(folder):
    """Hidden folders (.git, .venv), build trees and copied data are not the project's text; .ci is."""
    built = folder.parent == ROOT and (folder.name == "build" or folder.name.startswith("build-"))
    hidden = folder.name.startswith(".") and folder.name != ".ci"
    return not (built or hidden or folder.name == "__pycache__" or folder in NOT_OURS)


def list_files():
    """All files of the project, sorted."""
    found = []
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [name for name in subfolders if is_ours(Path(folder) / name)]
        found += [Path(folder) / name for name in names if not name.endswith(".pyc")]
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


FILES = list_files()


def files_with(*suffixes):
    return [path for path in FILES if path.suffix in suffixes]


def expect_none(paths, complaint):
    """Fails with the complaint and every path."""
    names = sorted(str(path.relative_to(ROOT)) for path in paths)
    assert not names, f"{complaint}: {', '.join(names)}"


def expect_same(found, expected, what):
    """Fails with the difference of two sets of names."""
    found, expected = set(found), set(expected)
    extra, missing = sorted(found - expected), sorted(expected - found)
    assert not extra and not missing, f"{what}: without a row {extra}, missing {missing}"
