# SPDX-License-Identifier: Apache-2.0
"""Small models of one fully_connected operator with scales by group, and their results, computed again in f32 steps."""

import json

import numpy as np
from safetensors.numpy import save_file

FLOAT, NONE = "float", "none"


def quantised_rows(x):
    """The s8 values of f32 rows and their scales."""
    largest = np.finfo(np.float32).max
    magnitude = np.minimum(np.where(np.isnan(x), np.float32(0), np.abs(x)), largest)
    scale = (magnitude.max(axis=1) / np.float32(127)).astype(np.float32)
    with np.errstate(all="ignore"):
        quotient = np.where(np.isnan(x) | (scale[:, None] == 0), np.float32(0), x / scale[:, None])
    return np.rint(np.clip(quotient, -127, 127)).astype(np.int64), scale


def requantised(real, scale, zero):
    return np.clip(np.rint(real / np.float32(scale)) + zero, -128, 127).astype(np.int8)


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

    def tensors(self):
        def activation(name, shape, dtype, scale, zero):
            one = {"scale": [float(scale)], "zero_point": [zero], "granularity": "per_tensor", "symmetric": False}
            return {"name": name, "shape": shape, "layout": "", "dtype": dtype, "quantization": one if dtype == "s8" else None}

        wei = {"name": "wei", "shape": [self.n, self.k], "layout": "OI", "dtype": self.dtype, "quantization": self.quantization(), "data": "wei"}
        bia = {"name": "bia", "shape": [self.n], "layout": "O", "dtype": "f32", "quantization": None, "data": "bia"}
        src = activation("src", [self.m, self.k], self.src, self.src_scale, self.src_zero)
        return [src, wei, bia, activation("dst", [self.m, self.n], self.dst, self.dst_scale, self.dst_zero)]

    def operator(self):
        attributes = {"activation": "none"} | ({"activation_quantization": "symmetric"} if self.src == "f32" else {})
        rounding = FLOAT if self.dst == "s8" else NONE
        return {"type": "fully_connected", "name": "dense", "inputs": [0, 1, 2], "outputs": [3], "attributes": attributes,
                "rounding": rounding, "k_split": self.k_split}

    def write(self, folder):
        folder.mkdir()
        model = {"nibble": 1, "tensors": self.tensors(), "operators": [self.operator()], "inputs": [0], "outputs": [3]}
        (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")
        flat = self.values.ravel()
        packed = flat.astype(np.int8).reshape(self.n, self.k)
        if self.dtype != "s8":
            nibbles = np.append(flat & 15, np.zeros(flat.size % 2, np.int64)).astype(np.uint8)
            packed = nibbles[::2] | (nibbles[1::2] << 4)
        save_file({"wei": packed, "bia": self.bias}, str(folder / "weights.safetensors"))
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
        dots = np.stack([q[:, g * length : (g + 1) * length] @ wei[:, g * length : (g + 1) * length].T for g in range(self.groups)])
        if self.multiplied:
            total = (dots * self.multiplier.T[:, None, :]).sum(axis=0).astype(np.float32) * self.scale[:, 0]
        else:
            total = None
            for first in range(0, self.groups, self.groups // self.k_split):
                part = np.zeros((self.m, self.n), np.float32)
                for g in range(first, first + self.groups // self.k_split):
                    part = part + dots[g].astype(np.float32) * self.scale[:, g]
                total = part if total is None else total + part
        with np.errstate(over="ignore"):
            real = total * row[:, None] + self.bias
            return real.astype(np.float16) if self.dst == "f16" else requantised(real, self.dst_scale, self.dst_zero) if self.dst == "s8" else real
