# SPDX-License-Identifier: Apache-2.0
"""The commands of the wheel. They become Nibble's programs, which stand beside this file as `cmake --install` lays them out."""

import os
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent


def _become(program):
    # The importers need this Python's packages.
    os.environ.setdefault("NIBBLE_PYTHON", sys.executable)
    os.execv(FOLDER / "bin" / program, [program, *sys.argv[1:]])


def gen_kernels():
    _become("gen_kernels")


def run_model():
    _become("run_model")
