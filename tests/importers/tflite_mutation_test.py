# SPDX-License-Identifier: Apache-2.0
"""The TFLite importer on damaged files: each is imported or refused by findings; none crashes it, hangs it or makes it raise.

usage: tflite_mutation_test.py [--mutants=N] [--first=NUMBER]

N mutants of each model, in one process; mutants are numbered, and a failure names the number. The whole test is 34000 of each of
three models.
"""

import argparse
import collections
import json
import pathlib
import resource
import signal
import sys

from jsonschema import Draft202012Validator
from tflite_mutants import Mutants

ROOT = pathlib.Path(__file__).parents[2]
MODELS = sorted((ROOT / "tests" / "data" / "mlperf_tiny" / "models").glob("*.tflite"))
sys.path.insert(0, str(ROOT / "importers"))

from nibble_import.findings import ImportFailure  # noqa: E402
from tflite_importer import convert  # noqa: E402

SECONDS = 20  # for one mutant; a whole model takes a few hundredths
MEMORY = 2 << 30
SCHEMA = Draft202012Validator(json.loads((ROOT / "model" / "model.schema.json").read_text(encoding="utf-8")))


class Hang(BaseException):
    """Not an Exception, which the importer takes for damage."""


def _stop(signum, frame):
    raise Hang(f"no answer in {SECONDS} s")


def check_imported(text, constants):
    model = json.loads(text)
    SCHEMA.validate(model)
    for tensor in model["tensors"]:
        if "data" in tensor:
            assert list(constants[tensor["data"]].shape) == tensor["shape"], tensor["name"]


def check_findings(failure):
    assert failure.lines
    for line in failure.lines:
        assert line.startswith("m.tflite: ") and ": found " in line and ", expected " in line and line.isprintable(), line


def outcome(content):
    """One word, or anything raised."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        text, constants = convert(content, "m.tflite", "double", None)
    except ImportFailure as failure:
        check_findings(failure)
        return "damaged" if "damaged contents" in str(failure) else "refused"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    check_imported(text, constants)
    return "imported"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutants", type=int, default=400, metavar="N", help="of each model")
    parser.add_argument("--first", type=int, default=0, metavar="NUMBER")
    arguments = parser.parse_args()
    signal.signal(signal.SIGALRM, _stop)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    failures = 0
    for path in MODELS:
        mutants, counts = Mutants(path), collections.Counter()
        for number in range(arguments.first, arguments.first + arguments.mutants):
            try:
                counts[outcome(mutants.mutant(number))] += 1
            except (Exception, Hang) as error:  # pylint: disable=broad-exception-caught
                failures += 1
                print(f"{path.name}, mutant {number}: {type(error).__name__}: {str(error)[:300]}", flush=True)
        print(f"{path.name}: {arguments.mutants} mutants, {dict(sorted(counts.items()))}", flush=True)
        if counts["imported"] + counts["refused"] == 0:
            failures += 1
            print(f"{path.name}: every mutant was found damaged, expected some to get further")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
