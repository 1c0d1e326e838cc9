# SPDX-License-Identifier: Apache-2.0
"""Runs of gen_kernels that the tests watch, limit or kill."""

import os
import pathlib
import resource
import signal
import subprocess

from programs import MODELS

GEN_KERNELS = pathlib.Path(os.environ["NIBBLE_BIN"]) / "gen_kernels"
KEYWORDS = MODELS / "kws_ref_model.tflite"


def contents(folder):
    """Bytes of every file below the folder, by relative path; the empty folders too."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def start(out, cache, *flags, model=KEYWORDS, limits=()):
    """A gen_kernels that runs; `limits`: pairs of a resource and its limit."""

    def prepare():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the limit fails as one on a full disk does
        for kind, limit in limits:
            resource.setrlimit(kind, (limit, limit))

    command = [GEN_KERNELS, f"--model={model}", "--target=generic", f"--out={out}", "--quiet", *flags]
    environment = {**os.environ, "NIBBLE_CACHE": str(cache)}
    return subprocess.Popen(
        [str(part) for part in command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=prepare,
        start_new_session=True,
    )


def finish(process):
    """(exit status, standard error)"""
    _, errors = process.communicate(timeout=280)
    return process.returncode, errors
