# SPDX-License-Identifier: Apache-2.0
"""Tensors of a TFLite file as entries of model.json, each checked: types, shapes, data, quantisation."""

from math import prod

import numpy as np

# TFLite's type: ours, and numpy's little-endian type of the data.
TYPES = {
    "INT4": ("s4", "<i1"),  # two to a byte, the low nibble first, as in the model folder
    "INT8": ("s8", "<i1"),
    "UINT8": ("u8", "<u1"),
    "INT16": ("s16", "<i2"),
    "UINT16": ("u16", "<u2"),
    "INT32": ("s32", "<i4"),
    "INT64": ("s64", "<i8"),
    "FLOAT16": ("f16", "<f2"),
    "FLOAT32": ("f32", "<f4"),
}

MAX_ELEMENTS = 2**31 - 1


def _limits(kind):
    """The least and the most integer of a type."""
    if kind == "INT4":
        return -8, 7
    limits = np.iinfo(TYPES[kind][1])
    return limits.min, limits.max


def _quantization(tensor, findings):
    """The "quantization" object, or None where the tensor has no scale."""
    count = len(tensor.scale)
    if count == 0:
        return None
    where = f"{tensor.place}, quantization"
    axis = int(tensor.axis)
    if count > 1 and not (0 <= axis < len(tensor.shape) and tensor.shape[axis] == count):
        findings.add(
            f"{where}, scale", f"{count} scales along dimension {axis} of {tensor.shape}", "one scale a channel"
        )
        return None
    for i, scale in enumerate(tensor.scale):
        if not (np.isfinite(scale) and scale > 0):
            findings.add(f"{where}, scale[{i}]", scale, "a finite scale above 0")
            return None
    # A file may say one zero point, or none, for all channels.
    zero_point = [int(z) for z in tensor.zero_point] or [0]
    zero_point = zero_point * count if len(zero_point) == 1 else zero_point
    if len(zero_point) != count:
        findings.add(f"{where}, zero_point", f"{len(zero_point)} zero points", f"one for each of {count} scales")
        return None
    if tensor.type.startswith("FLOAT"):
        findings.add(where, f"one with type {tensor.type}", "none")
        return None
    least, most = _limits(tensor.type)
    for i, z in enumerate(zero_point):
        if not max(least, -(2**31)) <= z <= min(most, 2**31 - 1):
            findings.add(f"{where}, zero_point[{i}]", z, f"a value of {tensor.type}")
            return None
    quantization = {
        "scale": [float(s) for s in tensor.scale],
        "zero_point": zero_point,
        "granularity": "per_channel" if count > 1 else "per_tensor",
    }
    if count > 1:
        quantization["axis"] = axis
    quantization["symmetric"] = least < 0 and not any(zero_point)
    if count == len(tensor.minimum) == len(tensor.maximum) == 1:
        low, high = float(tensor.minimum[0]), float(tensor.maximum[0])
        if np.isfinite([low, high]).all() and low <= high:
            quantization["range"] = [low, high]
    return quantization


def _check_shape(tensor, findings):
    """The batch may be left open: the file's own shape then has one, which --batch replaces. Nothing else may be."""
    if tensor.data is None and any(extent < 0 for extent in tensor.signature[1:]):
        findings.add(f"{tensor.place}, shape", tensor.signature, "no dynamic dimension but the batch")
    elif any(extent < 1 for extent in tensor.shape) or prod(tensor.shape) > MAX_ELEMENTS:
        findings.add(
            f"{tensor.place}, shape", tensor.shape, f"extents of at least 1 and at most {MAX_ELEMENTS} elements"
        )


def _array(tensor, findings):
    """The constant's elements, or None."""
    numpy_type = np.dtype(np.uint8 if tensor.type == "INT4" else TYPES[tensor.type][1])
    count = prod(tensor.shape)
    expected = (count + 1) // 2 if tensor.type == "INT4" else count * numpy_type.itemsize
    if tensor.data.nbytes != expected:
        findings.add(
            f"{tensor.place}, data", f"{tensor.data.nbytes} bytes", f"{expected} for {tensor.type} {tensor.shape}"
        )
        return None
    array = tensor.data.view(numpy_type)
    return array if tensor.type == "INT4" else array.reshape(tensor.shape)


def convert_tensors(tensors, findings):
    """-> (entries of model.json in the file's order, {name in weights.safetensors: array})."""
    entries, constants = [], {}
    for tensor in tensors:
        for unsupported in tensor.unsupported:
            findings.add(tensor.place, unsupported, "a plain tensor")
        if tensor.type not in TYPES:
            findings.add(f"{tensor.place}, type", tensor.type, "one of " + ", ".join(TYPES))
            entries.append(None)
            continue
        _check_shape(tensor, findings)
        entry = {
            "name": tensor.name,
            "shape": tensor.shape,
            "layout": "",
            "dtype": TYPES[tensor.type][0],
            "quantization": _quantization(tensor, findings),
        }
        if tensor.data is not None:
            entry["data"] = f"t{tensor.index}"
            constants[entry["data"]] = _array(tensor, findings)
        entries.append(entry)
    return entries, constants


def set_batch(entries, inputs, batch, findings):
    """Makes `batch` the first dimension of every activation; each has to have the batch of the model's first input there."""
    shape = entries[inputs[0]]["shape"] if inputs else []
    if not shape:
        findings.fail("--batch", "a model whose first input has no dimension", "one with a batch")
    before = shape[0]
    for index, entry in enumerate(entries):
        if "data" in entry:
            continue
        if entry["shape"][:1] != [before]:
            findings.add(
                f'tensor {index} ("{entry["name"]}"), shape', entry["shape"], f"a batch of {before} first, for --batch"
            )
            continue
        entry["shape"][0] = batch
    findings.fail_if_any()
