# SPDX-License-Identifier: Apache-2.0
"""The TFLite importer on damaged files (mutation.py).

usage: tflite_mutation_test.py [--mutants=N] [--first=NUMBER]

N mutants of each model, in one process; mutants are numbered, and a failure names the number. The whole test is 34000 of each of
three models.
"""

import sys

from mutation import ROOT, MutationTest
from tflite_importer import convert
from tflite_mutants import Mutants

MODELS = sorted((ROOT / "tests" / "data" / "mlperf_tiny" / "models").glob("*.tflite"))
MEMORY = 2 << 30


def main():
    test = MutationTest(lambda content: convert(content, "m.tflite", "double", None), "m.tflite", "damaged contents")
    return test.run([(path.name, Mutants(path)) for path in MODELS], 400, MEMORY)


if __name__ == "__main__":
    sys.exit(main())
