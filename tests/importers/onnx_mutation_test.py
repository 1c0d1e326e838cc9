# SPDX-License-Identifier: Apache-2.0
"""The ONNX importer on damaged files (mutation.py).

usage: onnx_mutation_test.py [--mutants=N] [--first=NUMBER]

N mutants of each model, in one process; mutants are numbered, and a failure names the number.
"""

import logging
import sys
import warnings

from mutation import ROOT, MutationTest
from onnx_graphs import Graph, convolution
from onnx_importer import convert
from onnx_mutants import Mutants
from onnx_nbits import NBits

DATA = ROOT / "tests" / "data" / "onnxruntime" / "models"
FILES = ("layout_transform_reshape.qdq", "layout_transform_const_folding.qdq", "qdq_convs", "qdq_with_multi_consumer_q_dq_axis")
MEMORY = 4 << 30


def models():
    found = [(name, (DATA / f"{name}.onnx").read_bytes()) for name in FILES]
    graph = Graph()
    graph.output(NBits(64, 6, 32, zero_points=True).add_to(graph, graph.input("x", [5, 64])))
    found += [("convolution", convolution().bytes()), ("matmul_nbits", graph.bytes())]
    return [(name, Mutants(name, content)) for name, content in found]


def main():
    warnings.simplefilter("ignore")  # numpy's, of damaged numbers
    logging.disable(logging.CRITICAL)
    test = MutationTest(lambda content: convert(content, "m.onnx", "float", None)[:2], "m.onnx", "that make no model")
    return test.run(models(), 150, MEMORY)


if __name__ == "__main__":
    sys.exit(main())
