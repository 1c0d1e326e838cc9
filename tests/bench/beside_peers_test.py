# SPDX-License-Identifier: Apache-2.0
"""bench/beside_peers.py on tables whose answers are known."""

import pathlib
import subprocess
import sys
import unittest

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "bench" / "beside_peers.py"
HEADER = "peer,version,layer,dtype,min_us,median_us,gmacs_min,gmacs_median,peak_gmacs,note\n"


def run(*rows):
    lines = HEADER + "".join(f"nibble,1,{layer},qs8,1,1,0,{gmacs},{peak},direct\n" for layer, gmacs, peak in rows)
    return subprocess.run([sys.executable, PROGRAM], input=lines, capture_output=True, text=True, check=False)


class BesidePeers(unittest.TestCase):
    def test_shares_are_of_each_table_s_own_peak(self):
        result = run(("r50_1x1_64-256@56", 165, 267), ("not_among_the_peers", 1, 2))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("| r50_1x1_64-256@56 | 0.618 | oneDNN | 0.618 | 1.00 |", result.stdout)
        self.assertNotIn("not_among_the_peers", result.stdout)
        self.assertNotIn("Geometric", result.stdout)

    def test_depthwise_ratios_have_a_geometric_mean(self):
        # The peer's 42 and 48 of 534, once and four times.
        result = run(("mbv2_dw3x3s2_96@112", 42, 534), ("mbv2_dw3x3_144@56", 192, 534))
        self.assertIn("Geometric mean of the 2 depthwise ratios: 2.00.", result.stdout)

    def test_a_table_without_known_layers_is_refused(self):
        result = run(("something_else", 1, 2))
        self.assertEqual(result.returncode, 1)
        self.assertIn("found no layer of peers_s8.csv", result.stderr)


if __name__ == "__main__":
    unittest.main()
