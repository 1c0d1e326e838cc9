#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Imports a TFLite model of 8 bits: tflite_importer.py MODEL.tflite OUTDIR [--rounding=...] [--batch=N].

OUTDIR becomes a model folder (docs/model.md) whose tensors stand in the order of the file. Exit status: 0; 1 for a file that
can't be imported, with one line a finding on standard error and no OUTDIR; 2 for wrong usage.
"""

import sys

from nibble_import.command import parse_arguments, run_command, too_large
from nibble_import.findings import Findings, ImportFailure, one_line
from nibble_import.model_folder import model_text
from nibble_import.tflite_file import read_tflite
from nibble_import.tflite_layouts import set_layouts
from nibble_import.tflite_operators import convert_operators
from nibble_import.tflite_states import split_states
from nibble_import.tflite_tensors import convert_tensors, set_batch


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
        raise too_large(file) from error
    except Exception as error:  # a damaged flatbuffer: its package has no verifier and raises whatever it meets
        found = f"damaged contents ({type(error).__name__}: {error})"
        raise ImportFailure([one_line(f"{file}: flatbuffer: found {found}, expected a TFLite model")]) from error


def main():
    description = "Imports a TFLite model of 8 bits into a Nibble model folder."
    arguments = parse_arguments(sys.argv[1:], description, "tflite", ("double", "TFLite's reference"))
    return run_command(lambda content, a: convert(content, a.model, a.rounding, a.batch), arguments)


if __name__ == "__main__":
    sys.exit(main())
