#!/usr/bin/env python3
"""Writes a model folder of independent layers of a table like tests/data/layers.csv, for counts under an emulator.

usage: bench/model_of_layers.py LAYERS.csv FOLDER [--filter=TEXT] [--height=ROWS] [--weights=s8|s4|s4i128]

`run_model --bench` then counts them. Weights and scales by channel come from a seed, activations are s8 with zero points,
rounding is `double`. Convolutions taller than `--height` are cut to so many rows. Weights of 4 bits are symmetrical too; of
`s4i128` those of matrices have an integer of 1 to 16 for each 128 inputs beside the channel's scale.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import json
import math
import pathlib

import numpy
from safetensors.numpy import save_file


LARGEST_WEIGHT = {"s8": 127, "s4": 7, "s4i128": 7 * 16}  # multiplied
GROUP = 128


def packed(values, dtype):
    """The values as the model's file stores them."""
    if dtype == "s8":
        return values
    nibbles = values.reshape(-1).view(numpy.uint8) & 15
    nibbles = numpy.append(nibbles, numpy.zeros(nibbles.size % 2, numpy.uint8))
    return nibbles[::2] | nibbles[1::2] << 4


class Model:
    """A model that grows layer by layer."""

    def __init__(self, weight_type):
        self.weight_type = weight_type
        self.dtype = weight_type[:2]
        self.random = numpy.random.default_rng(1)
        self.tensors, self.operators, self.inputs, self.outputs, self.weights = [], [], [], [], {}

    def tensor(self, name, shape, layout, dtype, quantization, data=None):
        tensor = {"name": name, "shape": list(shape), "layout": layout, "dtype": dtype, "quantization": quantization}
        if data is not None:
            tensor["data"] = f"t{len(self.tensors)}"
            self.weights[tensor["data"]] = data
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def activation(self, name, shape, layout, zero_point):
        quantization = {"scale": [0.05], "zero_point": [zero_point], "granularity": "per_tensor", "symmetric": False}
        return self.tensor(name, shape, layout, "s8", quantization)

    def constants(self, name, shape, layout, axis, products):
        """Weights whose outputs have about the range of s8, and the bias."""
        channels = shape[axis]
        largest = LARGEST_WEIGHT[self.weight_type]
        scale = self.random.uniform(0.7, 1.4, channels) * 40 / (math.sqrt(products) * 74 * 74 * largest / 127)
        by_channel = {"zero_point": [0] * channels, "granularity": "per_channel", "symmetric": True}
        weights = {**by_channel, "scale": [float(numpy.float32(s)) for s in scale], "axis": axis}
        bias = {**by_channel, "scale": [float(numpy.float32(s * 0.05)) for s in scale], "axis": 0}
        if self.weight_type == "s4i128" and layout == "OI":
            multipliers = self.random.integers(1, 17, channels * shape[1] // GROUP).tolist()
            weights |= {"granularity": "per_group", "axis": 1, "group_size": GROUP, "group_multiplier": multipliers}
        most = LARGEST_WEIGHT[self.dtype]
        values = packed(self.random.integers(-most, most + 1, shape, dtype=numpy.int8), self.dtype)
        offsets = self.random.integers(-500, 501, channels, dtype=numpy.int32)
        return [self.tensor(f"{name}/weights", shape, layout, self.dtype, weights, values),
                self.tensor(f"{name}/bias", [channels], "O", "s32", bias, offsets)]

    def add(self, kind, name, src, constants, dst, attributes):
        self.operators.append({"type": kind, "name": name, "inputs": [src, *constants], "outputs": [dst],
                               "attributes": attributes, "rounding": "double", "k_split": 1})
        self.inputs.append(src)
        self.outputs.append(dst)

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        document = {"nibble": 1, "tensors": self.tensors, "operators": self.operators, "inputs": self.inputs,
                    "outputs": self.outputs}
        (folder / "model.json").write_text(json.dumps(document), encoding="utf-8")
        save_file(self.weights, str(folder / "weights.safetensors"))


def identifier(name):
    return "".join(c if c.isalnum() else "_" for c in name)


def add_convolution(model, kind, name, sizes, height):
    h, w, ci, co, kh, kw, stride, pad = sizes
    rows = (h + 2 * pad - kh) // stride + 1
    columns = (w + 2 * pad - kw) // stride + 1
    if height and rows > height:
        rows = height
        h = (rows - 1) * stride + kh - 2 * pad
    depthwise = kind == "dw"
    shape, layout, axis = ([1, kh, kw, co], "1HWO", 3) if depthwise else ([co, kh, kw, ci], "OHWI", 0)
    src = model.activation(f"{name}/src", [1, h, w, ci], "NHWC", -3)
    constants = model.constants(name, shape, layout, axis, kh * kw * (1 if depthwise else ci))
    dst = model.activation(name, [1, rows, columns, co], "NHWC", 7)
    attributes = {"activation": "none", "dilation": [1, 1], "padding": [pad, pad, pad, pad], "stride": [stride, stride]}
    attributes["channel_multiplier" if depthwise else "groups"] = 1
    model.add("depthwise_conv2d" if depthwise else "conv2d", name, src, constants, dst, attributes)


def add_gemm(model, name, sizes):
    m, k, n = sizes
    src = model.activation(f"{name}/src", [m, k], "", -3)
    constants = model.constants(name, [n, k], "OI", 0, k)
    dst = model.activation(name, [m, n], "", 7)
    model.add("fully_connected", name, src, constants, dst, {"activation": "none"})


def main():
    parser = argparse.ArgumentParser(description="A model folder of independent layers")
    parser.add_argument("layers", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--filter", default="", help="only layers whose name has this text")
    parser.add_argument("--height", type=int, default=0, help="most output rows of a convolution")
    parser.add_argument("--weights", choices=LARGEST_WEIGHT, default="s8", help="type of the weights (default: s8)")
    options = parser.parse_args()
    model = Model(options.weights)
    for line in options.layers.read_text(encoding="utf-8").splitlines():
        fields = line.split(",")
        if line.startswith("#") or len(fields) < 5 or options.filter not in fields[1]:
            continue
        name, sizes = identifier(fields[1]), [int(field) for field in fields[2:]]
        if fields[0] == "gemm":
            add_gemm(model, name, sizes)
        else:
            add_convolution(model, fields[0], name, sizes, options.height)
    model.write(options.folder)


if __name__ == "__main__":
    main()
