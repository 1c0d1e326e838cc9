# SPDX-License-Identifier: Apache-2.0
"""MatMulNBits nodes (com.microsoft) with all numbers from a seed, and what their weights are."""

import numpy as np


def _packed(rows, bits):
    """Rows of numbers as rows of bytes: of 4 bits two a byte, the first in the low half."""
    if bits == 8:
        return rows.astype(np.uint8)
    even = np.pad(rows, [(0, 0), (0, rows.shape[1] % 2)]).astype(np.uint8)
    return even[:, ::2] | even[:, 1::2] << 4


class NBits:
    """Weights [n, k] in blocks along k. `zero_points`: stored, of 8 bits such that the differences fit s8."""

    def __init__(self, k, n, block, bits=4, zero_points=False, bias=False, level=4):
        random = np.random.default_rng(1000 * k + n)
        self.k, self.n, self.block, self.bits, self.level = k, n, block, bits, level
        blocks = -(-k // block)
        middle = 1 << (bits - 1)
        zero = np.full([n, blocks], middle)
        if zero_points:
            zero = random.integers(0, 16, [n, blocks]) if bits == 4 else random.integers(120, 137, [n, blocks])
        numbers = random.integers(0, 2 * middle, [n, blocks * block])
        if bits == 8:
            spread = np.repeat(zero, block, axis=1)
            numbers = np.clip(numbers, spread - 128, spread + 127)
        self.numbers, self.zero = numbers, zero if zero_points else None
        self.differences = (numbers - np.repeat(zero, block, axis=1))[:, :k]
        self.scale = random.random([n, blocks]).astype(np.float32) / 8 + np.float32(0.01)
        self.bias = random.random([n]).astype(np.float32) if bias else None

    def add_to(self, graph, source, name="w"):
        """The output's name."""
        blobs = _packed(self.numbers, self.bits).reshape([self.n, self.scale.shape[1], -1])
        inputs = [source, graph.constant(f"{name}/B", blobs), graph.constant(f"{name}/scales", self.scale.ravel())]
        if self.zero is not None:
            inputs.append(graph.constant(f"{name}/zero_points", _packed(self.zero, self.bits).ravel()))
        if self.bias is not None:
            inputs += [""] * (5 - len(inputs)) + [graph.constant(f"{name}/bias", self.bias)]
        attributes = {"K": self.k, "N": self.n, "bits": self.bits, "block_size": self.block}
        if self.level:
            attributes["accuracy_level"] = self.level
        return graph.node("MatMulNBits", inputs, domain="com.microsoft", **attributes)
