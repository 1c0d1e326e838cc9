# SPDX-License-Identifier: Apache-2.0
"""Makes tests/data/one_operator: what TFLite's reference kernels give for the cases of cases/*.py.

Run by hand, after a change of cases, in a virtual environment that has

    pip install pytest tflite-runtime==2.14.0 'numpy<2' tflite==2.18.0 flatbuffers==25.12.19

    python tests/one_operator/make_expected.py [operator or operator_type ...]       # all of them without arguments
"""

import sys

import numpy as np
import tflite_runtime.interpreter as tfl

from suites import EXPECTED, SAMPLES, SUITES, by_key, cases_of, inputs_of, results_file
from tflite_writer import write_cases


def results(cases):
    """Every key of the results file with its array."""
    content, outputs = write_cases(cases)
    interpreter = tfl.Interpreter(
        model_content=content, experimental_op_resolver_type=tfl.OpResolverType.BUILTIN_REF
    )
    interpreter.allocate_tensors()
    found = {}
    for sample in SAMPLES:
        for detail, array in zip(interpreter.get_input_details(), inputs_of(cases, sample)):
            interpreter.set_tensor(detail["index"], array)
        interpreter.invoke()
        found.update(by_key(cases, outputs, sample, interpreter.get_tensor))
    for case, indices in zip(cases, outputs):
        for tensor, index in zip(case.outputs, indices):
            shape = list(interpreter.get_tensor(index).shape)
            assert shape == tensor.shape, f"{case.name}: TFLite gives {shape}, the case says {tensor.shape}"
    return found


def main(operators):
    EXPECTED.mkdir(exist_ok=True)
    for operator, kind in SUITES:
        if not operators or operator in operators or f"{operator}_{kind}" in operators:
            cases = cases_of(operator, kind)
            found = results(cases)
            np.savez_compressed(results_file(operator, kind), **found)
            print(f"{operator} {kind}: {len(cases)} cases, {sum(array.size for array in found.values())} elements")


if __name__ == "__main__":
    main(sys.argv[1:])
