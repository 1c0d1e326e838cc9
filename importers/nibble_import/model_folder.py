# SPDX-License-Identifier: Apache-2.0
"""Writes a model folder: model.json and weights.safetensors (docs/model.md)."""

import errno
import json
import os
import shutil

from safetensors import SafetensorError
from safetensors.numpy import save_file

FORMAT_VERSION = 1


def _compact(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _lines(items):
    return "[" + ",".join("\n  " + _compact(item) for item in items) + "\n ]" if items else "[]"


def model_text(tensors, operators, inputs, outputs):
    """model.json: one line a tensor and an operator."""
    return (
        f'{{\n "nibble": {FORMAT_VERSION},\n "tensors": {_lines(tensors)},\n "operators": {_lines(operators)},\n'
        f' "inputs": {_compact(inputs)},\n "outputs": {_compact(outputs)}\n}}\n'
    )


def _write_constants(file, constants):
    try:
        save_file(constants, file)  # unlike save(), it doesn't hold all of the bytes once more
    except SafetensorError as error:
        raise OSError(errno.EIO, str(error)) from error


def write_model_folder(folder, text, constants):
    """Writes both files beside `folder` and renames, so that it appears whole or not at all. Raises OSError."""
    folder = os.path.abspath(folder)
    partial = os.path.join(os.path.dirname(folder), f".{os.path.basename(folder)}.{os.getpid()}")
    os.makedirs(partial)
    try:
        _write_constants(os.path.join(partial, "weights.safetensors"), constants)
        with open(os.path.join(partial, "model.json"), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(partial, folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
