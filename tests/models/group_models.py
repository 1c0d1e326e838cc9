# SPDX-License-Identifier: Apache-2.0
"""Small models of fully_connected operators with scales by group, and their results, computed again in f32 steps."""

import json

import numpy as np
from safetensors.numpy import save_file

FLOAT, NONE = "float", "none"


def quantised_rows(x):
    """The s8 values of f32 rows and their scales."""
    most = np.finfo(np.float32).max
    numbers = np.clip(np.nan_to_num(x, nan=0, posinf=most, neginf=-most), -most, most)
    peak = np.abs(numbers).max(axis=1)
    counts = peak >= np.float32(2.0**-120)
    inverse = np.where(counts, np.float32(127) / np.where(counts, peak, np.float32(1)), np.float32(0))
    scale = np.where(counts, peak * (np.float32(1) / np.float32(127)), np.float32(0))
    return np.rint(numbers * inverse[:, None]).astype(np.int64), scale


def requantised(real, scale, zero):
    return np.clip(np.rint(real * (np.float32(1) / np.float32(scale))) + zero, -128, 127).astype(np.int8)


def scaled_sums(q, differences, scale):
    """q [m, k] by weights [n, k] less their zero points: each group's exact sum times its scale, in ascending order."""
    length = q.shape[1] // scale.shape[1]
    total = np.zeros((len(q), len(scale)), np.float32)
    for g in range(scale.shape[1]):
        inputs = slice(g * length, (g + 1) * length)
        total = total + (q[:, inputs] @ differences[:, inputs].T).astype(np.float32) * scale[:, g]
    return total


class GroupModel:
    """x [m, k] times weights [n, k] of `bits`, `groups` of inputs with a scale each; all numbers from the seed."""

    def __init__(self, m, k, n, groups, **form):
        self.m, self.k, self.n, self.groups = m, k, n, groups
        self.dtype = form.get("wei", "s4")
        self.src = form.get("src", "f32")
        self.dst = form.get("dst", "f32")
        self.k_split = form.get("k_split", 1)
        self.multiplied = form.get("multiplied", False)
        draw = np.random.default_rng(form.get("seed", 1))
        bits = 8 if self.dtype == "s8" else 4
        low = 0 if self.dtype == "u4" else -(1 << (bits - 1))
        self.values = draw.integers(low, low + (1 << bits), (n, k))
        has_zeros = self.dtype == "u4" and not self.multiplied
        self.zeros = draw.integers(0, 16, (n, groups)) if has_zeros else np.full((n, groups), 8 if self.dtype == "u4" else 0)
        self.scale = draw.uniform(0.001, 0.03, (n, 1 if self.multiplied else groups)).astype(np.float32)
        self.multiplier = draw.integers(1, 17, (n, groups)) if self.multiplied else np.ones((n, groups), np.int64)
        self.bias = draw.uniform(-4, 4, n).astype(np.float32)
        self.src_scale, self.src_zero = np.float32(0.037), -9
        self.dst_scale, self.dst_zero = np.float32(0.21), 7

    def quantization(self):
        by_group = self.groups > 1 or self.multiplied
        q = {"scale": self.scale.ravel().tolist(), "granularity": "per_group" if by_group else "per_channel", "axis": int(by_group)}
        zeros = self.zeros[:, :1] if self.multiplied else self.zeros
        q["zero_point"], q["symmetric"] = zeros.ravel().tolist(), bool(self.multiplied or self.dtype != "u4")
        if by_group:
            q["group_size"] = self.k // self.groups
        if self.multiplied:
            q["group_multiplier"] = self.multiplier.ravel().tolist()
        return q

    def tensors(self, name=""):
        def activation(name, shape, dtype, scale, zero):
            one = {"scale": [float(scale)], "zero_point": [zero], "granularity": "per_tensor", "symmetric": False}
            return {"name": prefix + name, "shape": shape, "layout": "", "dtype": dtype, "quantization": one if dtype == "s8" else None}

        prefix = name and name + "/"
        wei = {"name": prefix + "wei", "shape": [self.n, self.k], "layout": "OI", "dtype": self.dtype, "quantization": self.quantization(), "data": prefix + "wei"}
        bia = {"name": prefix + "bia", "shape": [self.n], "layout": "O", "dtype": "f32", "quantization": None, "data": prefix + "bia"}
        src = activation("src", [self.m, self.k], self.src, self.src_scale, self.src_zero)
        return [src, wei, bia, activation("dst", [self.m, self.n], self.dst, self.dst_scale, self.dst_zero)]

    def operator(self, name="dense", first=0):
        attributes = {"activation": "none"}
        rounding = FLOAT if self.dst == "s8" else NONE
        return {"type": "fully_connected", "name": name, "inputs": [first, first + 1, first + 2], "outputs": [first + 3], "attributes": attributes,
                "rounding": rounding, "k_split": self.k_split}

    def weights(self):
        flat = self.values.ravel()
        packed = flat.astype(np.int8).reshape(self.n, self.k)
        if self.dtype != "s8":
            nibbles = np.append(flat & 15, np.zeros(flat.size % 2, np.int64)).astype(np.uint8)
            packed = nibbles[::2] | (nibbles[1::2] << 4)
        return {"wei": packed, "bia": self.bias}

    def write(self, folder):
        folder.mkdir()
        model = {"nibble": 1, "tensors": self.tensors(), "operators": [self.operator()], "inputs": [0], "outputs": [3]}
        (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")
        save_file(self.weights(), str(folder / "weights.safetensors"))
        return folder

    def source(self, seed=3):
        draw = np.random.default_rng(seed)
        if self.src == "s8":
            return draw.integers(-128, 128, (self.m, self.k)).astype(np.int8)
        x = draw.normal(size=(self.m, self.k)).astype(np.float32)
        if self.m > 3:  # rows that are hard to scale
            x[0] = 0
            x[1, ::5], x[1, 1::7] = np.nan, np.inf
            x[2] = np.float32(2.0**-148)
            x[3] = np.round(x[3] * 40) / 2  # ties where the scale is 1
            x[3, 0] = 127
        return x

    def expected(self, x):
        if self.src == "s8":
            q, row = x.astype(np.int64) - self.src_zero, np.full(self.m, self.src_scale)
        else:
            q, row = quantised_rows(x)
        length = self.k // self.groups
        wei = self.values - np.repeat(self.zeros, length, axis=1)
        if self.multiplied:
            wei = wei * np.repeat(self.multiplier, length, axis=1)
            total = (q @ wei.T).astype(np.float32) * self.scale[:, 0]
        else:
            parts = list(zip(*(np.split(array, self.k_split, axis=1) for array in (q, wei, self.scale))))
            total = scaled_sums(*parts[0])
            for part in parts[1:]:
                total = total + scaled_sums(*part)
        with np.errstate(over="ignore"):
            real = total * row[:, None] + self.bias
            return real.astype(np.float16) if self.dst == "f16" else requantised(real, self.dst_scale, self.dst_zero) if self.dst == "s8" else real


def write_together(models, folder):
    """A model of all of them, by name; output i is tensor 4 * i + 3."""
    folder.mkdir()
    firsts = range(0, 4 * len(models), 4)
    document = {
        "nibble": 1,
        "tensors": [tensor for name, model in models.items() for tensor in model.tensors(name)],
        "operators": [model.operator(name, first) for first, (name, model) in zip(firsts, models.items())],
        "inputs": list(firsts),
        "outputs": [first + 3 for first in firsts],
    }
    (folder / "model.json").write_text(json.dumps(document), encoding="utf-8")
    weights = {f"{name}/{key}": value for name, model in models.items() for key, value in model.weights().items()}
    save_file(weights, str(folder / "weights.safetensors"))
    return folder
