# SPDX-License-Identifier: Apache-2.0
"""The programs under test, run as a user runs them."""

import os
import pathlib
import subprocess

TESTS = pathlib.Path(__file__).resolve().parent.parent
ROOT = TESTS.parent
DATA = TESTS / "data"
MODELS = DATA / "mlperf_tiny" / "models"
TARGETS = TESTS / "targets"  # of no processor: they run on this one


def run(program, *arguments):
    """The finished process; status, output and error as text."""
    command = [os.path.join(os.environ["NIBBLE_BIN"], program), *map(str, arguments)]
    environment = {"NIBBLE_TARGETS": str(TARGETS), **os.environ}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)
