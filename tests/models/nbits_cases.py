# SPDX-License-Identifier: Apache-2.0
"""One ONNX model of several MatMulNBits nodes, and what goes into it."""

import sys

import numpy as np

from programs import TESTS

sys.path.insert(0, str(TESTS / "importers"))

from onnx_graphs import Graph  # noqa: E402
from onnx_nbits import NBits  # noqa: E402

# Name -> (rows, the node's weights). ONNX Runtime wants blocks of a power of two from 16 on.
CASES = {
    "blocks_of_128": (5, NBits(256, 40, 128)),
    "blocks_of_16": (3, NBits(80, 17, 16, bias=True)),
    "blocks_of_32": (17, NBits(128, 48, 32)),
    "bytes": (5, NBits(128, 24, 64, 8)),
    "bytes_zeros": (1, NBits(96, 33, 32, 8, zero_points=True, bias=True)),
    "one_block": (4, NBits(64, 20, 64, level=0)),
    "part_of_a_block": (6, NBits(70, 19, 32, zero_points=True)),
    "part_of_bytes": (2, NBits(75, 16, 16, 8, level=0)),
    "row_zeros": (1, NBits(192, 64, 64, zero_points=True)),
}
ONE_GROUP = ["one_block"]


def source(name):
    rows, layer = CASES[name]
    return np.random.default_rng(rows).standard_normal((rows, layer.k)).astype(np.float32)


def graph_of(names):
    """(Graph of these nodes side by side, their outputs in order)"""
    graph, outputs = Graph(), []
    for name in names:
        rows, layer = CASES[name]
        outputs.append(graph.output(layer.add_to(graph, graph.input(f"{name}/x", [rows, layer.k]), name)))
    return graph, outputs
