#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Imports a TFLite model of 8 bits: tflite_importer.py MODEL.tflite OUTDIR [--rounding=...] [--batch=N].

OUTDIR becomes a model folder (docs/model.md) whose tensors stand in the order of the file. Exit status: 0; 1 for a file that
can't be imported, with one line a finding on standard error and no OUTDIR; 2 for wrong usage.
"""

import argparse
import os
import stat
import sys

from nibble_import.findings import Findings, ImportFailure, one_line
from nibble_import.model_folder import model_text, write_model_folder
from nibble_import.tflite_file import read_tflite
from nibble_import.tflite_layouts import set_layouts
from nibble_import.tflite_operators import convert_operators
from nibble_import.tflite_states import split_states
from nibble_import.tflite_tensors import convert_tensors, set_batch

CONTENT_LIMIT = 2**31  # bytes; offsets in a flatbuffer are 32 bits with a sign


def _positive(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description="Imports a quantised TFLite model into a Nibble model folder.")
    parser.add_argument("model", metavar="MODEL.tflite")
    parser.add_argument("folder", metavar="OUTDIR", help="must not exist, or be empty")
    parser.add_argument(
        "--rounding",
        choices=("double", "single", "float"),
        default="double",
        help="how its operators requantise, which the file does not say (default: double, TFLite's reference)",
    )
    parser.add_argument("--batch", type=_positive, metavar="N", help="the batch of every activation")
    return parser.parse_args(arguments)


def _too_large(file):
    return ImportFailure([one_line(f"{file}: memory: found too little for it, expected several times the file's size")])


def convert(content, file, rounding, batch):
    """`content`: the bytes of `file` -> (text of model.json, constants). Raises ImportFailure."""
    findings = Findings(file)
    try:
        graph = read_tflite(content, findings)
        split_states(graph, findings)
        operators = convert_operators(graph, rounding, findings)
        tensors, constants = convert_tensors(graph.tensors, findings)
        findings.fail_if_any()
        set_layouts(operators, tensors)
        # Some files list constants among their inputs.
        inputs = [i for i in graph.inputs if graph.tensors[i].data is None]
        if batch is not None:
            set_batch(tensors, inputs, batch, findings)
        return model_text(tensors, operators, inputs, graph.outputs), constants
    except ImportFailure:
        raise
    except MemoryError as error:
        raise _too_large(file) from error
    except Exception as error:  # a damaged flatbuffer: its package has no verifier and raises whatever it meets
        found = f"damaged contents ({type(error).__name__}: {error})"
        raise ImportFailure([one_line(f"{file}: flatbuffer: found {found}, expected a TFLite model")]) from error


def read_content(file):
    """The bytes of the file. Raises ImportFailure."""
    findings = Findings(file)
    try:
        status = os.stat(file)
        if not stat.S_ISREG(status.st_mode):
            findings.fail("file", "no regular file", "a readable file")
        if status.st_size >= CONTENT_LIMIT:
            findings.fail("file", f"{status.st_size} bytes", f"less than {CONTENT_LIMIT}")
        with open(file, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise ImportFailure([one_line(f"{file}: file: found {error.strerror}, expected a readable file")]) from error
    except MemoryError as error:
        raise _too_large(file) from error


def import_tflite(file, folder, rounding, batch):
    content = read_content(file)
    text, constants = convert(content, file, rounding, batch)
    try:
        write_model_folder(folder, text, constants)
    except OSError as error:
        line = one_line(f"{folder}: folder: found {error.strerror}, expected a writable place with no files in it")
        raise ImportFailure([line]) from error
    except MemoryError as error:
        raise _too_large(file) from error


def main():
    arguments = parse_arguments(sys.argv[1:])
    try:
        import_tflite(arguments.model, arguments.folder, arguments.rounding, arguments.batch)
    except ImportFailure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
