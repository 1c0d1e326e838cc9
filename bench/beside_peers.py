# SPDX-License-Identifier: Apache-2.0
"""Shares of the peak beside those that other libraries reached on a machine of their own (peers_s8.csv).

    build/bin/bench_kernels --layers=tests/data/layers.csv --csv | python3 bench/beside_peers.py

Reads a table of bench_kernels and prints a row for each layer that both tables have: Nibble's share of the multiply-add
peak measured beside it, the peer's share of its own, and the ratio; last, the depthwise layers' geometric mean.
"""

import csv
import math
import pathlib
import sys

PEERS = pathlib.Path(__file__).with_name("peers_s8.csv")


def read_table(lines):
    """The rows of a table with a header; lines that begin with # are comments."""
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def share(row, column):
    return float(row[column]) / float(row["peak_gmacs"])


def compare(peers, measured):
    """[(layer, Nibble's share, peer, its share)] in the order of `peers`."""
    ours = {row["layer"]: share(row, "gmacs_median") for row in measured}
    return [(p["layer"], ours[p["layer"]], p["peer"], share(p, "gmacs")) for p in peers if p["layer"] in ours]


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def main():
    rows = compare(read_table(PEERS.read_text(encoding="utf-8").splitlines()), read_table(sys.stdin))
    if not rows:
        sys.exit(f"found no layer of {PEERS.name}, expected a table of bench_kernels --csv with some of them")
    print("| layer | Nibble's share of peak | best s8 peer | its share | ratio |\n|---|---:|---|---:|---:|")
    for layer, mine, peer, theirs in rows:
        print(f"| {layer} | {mine:.3f} | {peer} | {theirs:.3f} | {mine / theirs:.2f} |")
    depthwise = [mine / theirs for layer, mine, _, theirs in rows if "_dw" in layer]
    if depthwise:
        print(f"\nGeometric mean of the {len(depthwise)} depthwise ratios: {geometric_mean(depthwise):.2f}.")


if __name__ == "__main__":
    main()
