# SPDX-License-Identifier: Apache-2.0
"""An importer on damaged files: each is imported or refused by findings; none crashes it, hangs it or makes it raise."""

import argparse
import collections
import json
import math
import pathlib
import resource
import signal
import sys

from jsonschema import Draft202012Validator

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "importers"))

from nibble_import.findings import ImportFailure  # noqa: E402

SECONDS = 20  # for one mutant; a whole model takes a few hundredths
SCHEMA = Draft202012Validator(json.loads((ROOT / "model" / "model.schema.json").read_text(encoding="utf-8")))


class Hang(BaseException):
    """Not an Exception, which the importer takes for damage."""


def _stop(signum, frame):
    raise Hang(f"no answer in {SECONDS} s")


def _check_imported(text, constants):
    model = json.loads(text)
    SCHEMA.validate(model)
    for tensor in model["tensors"]:
        if "data" not in tensor:
            continue
        constant, shape = constants[tensor["data"]], tensor["shape"]
        if tensor["dtype"] in ("s4", "u4"):
            assert constant.size == (math.prod(shape) + 1) // 2, tensor["name"]
        else:
            assert list(constant.shape) == shape, tensor["name"]


def _check_findings(failure, file):
    assert failure.lines
    for line in failure.lines:
        assert line.startswith(f"{file}: ") and ": found " in line and ", expected " in line and line.isprintable(), line


class MutationTest:
    """`convert`: the bytes of a file -> (text of model.json, constants); it calls the file `file`. `damaged`: what its findings
    say of a file that makes no sense at all.
    """

    def __init__(self, convert, file, damaged):
        self._convert = convert
        self._file = file
        self._damaged = damaged

    def _outcome(self, content):
        """One word, or anything raised."""
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            text, constants = self._convert(content)
        except ImportFailure as failure:
            _check_findings(failure, self._file)
            return "damaged" if self._damaged in str(failure) else "refused"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        _check_imported(text, constants)
        return "imported"

    def _failures(self, name, mutants, numbers):
        counts, failures = collections.Counter(), 0
        for number in numbers:
            try:
                counts[self._outcome(mutants.mutant(number))] += 1
            except (Exception, Hang) as error:  # pylint: disable=broad-exception-caught
                failures += 1
                print(f"{name}, mutant {number}: {type(error).__name__}: {str(error)[:300]}", flush=True)
        print(f"{name}: {len(numbers)} mutants, {dict(sorted(counts.items()))}", flush=True)
        if counts["imported"] + counts["refused"] == 0:
            failures += 1
            print(f"{name}: every mutant was found damaged, expected some to get further")
        return failures

    def run(self, models, usual_mutants, most_memory):
        """`models`: (name, object whose mutant(number) gives bytes). -> the program's exit status."""
        parser = argparse.ArgumentParser()
        parser.add_argument("--mutants", type=int, default=usual_mutants, metavar="N", help="of each model")
        parser.add_argument("--first", type=int, default=0, metavar="NUMBER")
        arguments = parser.parse_args()
        signal.signal(signal.SIGALRM, _stop)
        resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
        numbers = range(arguments.first, arguments.first + arguments.mutants)
        failures = [self._failures(name, mutants, numbers) for name, mutants in models]
        return int(sum(failures) > 0)
