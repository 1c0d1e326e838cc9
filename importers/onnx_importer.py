#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Imports a quantised ONNX model: onnx_importer.py MODEL.onnx OUTDIR [--rounding=float] [--batch=N].

OUTDIR becomes a model folder (docs/onnx.md). What is left in float is a line each on standard error. Exit status: 0; 1 for a
file that can't be imported, with one line a finding on standard error and no OUTDIR; 2 for wrong usage.
"""

import os
import sys

from nibble_import.command import parse_arguments, run_command, too_large
from nibble_import.findings import Findings, ImportFailure, one_line
from nibble_import.model_folder import model_text
from nibble_import.onnx_file import read_onnx
from nibble_import.onnx_graph import OnnxConverter
from nibble_import.onnx_operators import FLOAT_FORMS, HANDLERS, INTEGER_FORMS


def convert(content, file, rounding, batch):
    """`content`: the bytes of `file` -> (text of model.json, constants, lines of what is left in float). Raises
    ImportFailure.
    """
    findings = Findings(file)
    if rounding != "float":
        findings.fail("--rounding", rounding, "float, which is how ONNX's operators round")
    try:
        graph = read_onnx(content, os.path.dirname(os.path.abspath(file)), batch, findings)
        converter = OnnxConverter(graph, HANDLERS, INTEGER_FORMS, FLOAT_FORMS, findings)
        tensors, operators, constants, inputs, outputs = converter.run()
        lines = [one_line(f"{file}: {warning}") for warning in converter.warnings]
        return model_text(tensors, operators, inputs, outputs), constants, lines
    except ImportFailure:
        raise
    except MemoryError as error:
        raise too_large(file) from error
    except Exception as error:  # attributes and shapes of a damaged file may be anything
        found = f"contents that make no model ({type(error).__name__}: {error})"
        raise ImportFailure([one_line(f"{file}: graph: found {found}, expected an ONNX model")]) from error


def _convert_and_warn(content, arguments):
    text, constants, lines = convert(content, arguments.model, arguments.rounding, arguments.batch)
    for line in lines:
        print(line, file=sys.stderr)
    return text, constants


def main():
    description = "Imports a quantised ONNX model into a Nibble model folder."
    arguments = parse_arguments(sys.argv[1:], description, "onnx", ("float", "ONNX's rule"))
    return run_command(_convert_and_warn, arguments)


if __name__ == "__main__":
    sys.exit(main())
