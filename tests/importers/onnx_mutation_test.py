# SPDX-License-Identifier: Apache-2.0
"""The ONNX importer on damaged files: each is imported or refused by findings; none crashes it, hangs it or makes it raise.

usage: onnx_mutation_test.py [--mutants=N] [--first=NUMBER]

N mutants of each model, in one process; mutants are numbered, and a failure names the number.
"""

import argparse
import collections
import json
import logging
import pathlib
import resource
import signal
import sys
import warnings

from jsonschema import Draft202012Validator
from onnx_graphs import Graph, convolution
from onnx_mutants import Mutants
from onnx_nbits import NBits

ROOT = pathlib.Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "onnxruntime" / "models"
FILES = ("layout_transform_reshape.qdq", "layout_transform_const_folding.qdq", "qdq_convs", "qdq_with_multi_consumer_q_dq_axis")
sys.path.insert(0, str(ROOT / "importers"))

from nibble_import.findings import ImportFailure  # noqa: E402
from onnx_importer import convert  # noqa: E402

SECONDS = 20  # for one mutant; a whole model takes a few hundredths
MEMORY = 4 << 30
SCHEMA = Draft202012Validator(json.loads((ROOT / "model" / "model.schema.json").read_text(encoding="utf-8")))


class Hang(BaseException):
    """Not an Exception, which the importer takes for damage."""


def _stop(signum, frame):
    raise Hang(f"no answer in {SECONDS} s")


def check_imported(text, constants):
    model = json.loads(text)
    SCHEMA.validate(model)
    for tensor in model["tensors"]:
        if "data" in tensor and tensor["dtype"] not in ("s4", "u4"):
            assert list(constants[tensor["data"]].shape) == tensor["shape"], tensor["name"]


def check_findings(failure):
    assert failure.lines
    for line in failure.lines:
        assert line.startswith("m.onnx: ") and ": found " in line and ", expected " in line and line.isprintable(), line


def outcome(content):
    """One word, or anything raised."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        text, constants, _ = convert(content, "m.onnx", "float", None)
    except ImportFailure as failure:
        check_findings(failure)
        return "damaged" if "that make no model" in str(failure) else "refused"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    check_imported(text, constants)
    return "imported"


def models():
    """(name, content)"""
    found = [(name, (DATA / f"{name}.onnx").read_bytes()) for name in FILES]
    graph = Graph()
    graph.output(NBits(64, 6, 32, zero_points=True).add_to(graph, graph.input("x", [5, 64])))
    return [*found, ("convolution", convolution().bytes()), ("matmul_nbits", graph.bytes())]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutants", type=int, default=150, metavar="N", help="of each model")
    parser.add_argument("--first", type=int, default=0, metavar="NUMBER")
    arguments = parser.parse_args()
    signal.signal(signal.SIGALRM, _stop)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")  # numpy's, of damaged numbers
    logging.disable(logging.CRITICAL)

    failures = 0
    for name, content in models():
        mutants, counts = Mutants(name, content), collections.Counter()
        for number in range(arguments.first, arguments.first + arguments.mutants):
            try:
                counts[outcome(mutants.mutant(number))] += 1
            except (Exception, Hang) as error:  # pylint: disable=broad-exception-caught
                failures += 1
                print(f"{name}, mutant {number}: {type(error).__name__}: {str(error)[:300]}", flush=True)
        print(f"{name}: {arguments.mutants} mutants, {dict(sorted(counts.items()))}", flush=True)
        if counts["imported"] + counts["refused"] == 0:
            failures += 1
            print(f"{name}: every mutant was found damaged, expected some to get further")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
