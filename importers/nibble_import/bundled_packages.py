# SPDX-License-Identifier: Apache-2.0
"""The Python packages that an installed Nibble brings along. A source tree has none: its .venv has them."""

import importlib.util
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "python_packages"


def use_bundled_packages():
    """Puts them on the path of the Python that they were built for. Another Python has to have its own, else this exits with 1."""
    if not FOLDER.is_dir():
        return
    built_for = (FOLDER / "PYTHON_VERSION").read_text(encoding="utf-8").strip()
    running = "{}.{}".format(*sys.version_info)
    if running == built_for:
        sys.path.insert(0, str(FOLDER))
        return
    names = sorted(file.parent.name for file in FOLDER.glob("*/__init__.py"))
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        found = f"{running} without {', '.join(missing)}"
        sys.exit(f"{sys.executable}: version: found {found}, expected {built_for} (NIBBLE_PYTHON=PROGRAM chooses a Python)")
