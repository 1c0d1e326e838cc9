# SPDX-License-Identifier: Apache-2.0
"""The model that an ONNX graph becomes: its tensors and operators as they are asked for."""

import numpy as np

from .onnx_values import Constant, Tensor

_NUMPY = {"s4": "<i1", "u4": "<u1", "s8": "<i1", "u8": "<u1", "s16": "<i2", "u16": "<u2", "s32": "<i4", "s64": "<i8"}
_NUMPY.update({"f16": "<f2", "f32": "<f4"})


def identity(rank):
    return tuple(range(rank))


def packed_nibbles(array):
    """Numbers of 4 bits, two to a byte, the first in the low half."""
    nibbles = (array.ravel().astype(np.int64) & 15).astype(np.uint8)
    nibbles = np.append(nibbles, np.zeros(nibbles.size % 2, np.uint8))
    return nibbles[::2] | nibbles[1::2] << 4


def quantization_entry(scaling):
    """The "quantization" object of model.json."""
    if scaling is None:
        return None
    granularity = "per_group" if scaling.block else "per_tensor" if scaling.is_one else "per_channel"
    entry = {
        "scale": [float(scale) for scale in scaling.scale.ravel()],
        "zero_point": [int(zero) for zero in scaling.zero.ravel()],
        "granularity": granularity,
    }
    if granularity != "per_tensor":
        entry["axis"] = scaling.axis
    if scaling.block:
        entry["group_size"] = scaling.block
    middle = {"u4": 8, "u8": 128, "u16": 32768}.get(scaling.dtype, 0)
    entry["symmetric"] = not np.any(scaling.zero != middle)
    return entry


class Emitter:
    def __init__(self):
        self.tensors = []
        self.operators = []
        self.data = {}  # tensor index -> array
        self.inputs = []
        self._constants = {}
        self._moved = {}
        self._alike = {}  # tensor index -> the list of those with the same numbers

    def tensor(self, name, shape, dtype, scaling=None, layout=""):
        entry = {"name": name, "shape": [int(extent) for extent in shape], "layout": layout, "dtype": dtype}
        entry["quantization"] = quantization_entry(scaling)
        self.tensors.append(entry)
        return len(self.tensors) - 1

    def add_input(self, name, dtype, shape):
        index = self.tensor(name, shape, dtype)
        self.inputs.append(index)
        return Tensor(index, dtype, list(shape), identity(len(shape)))

    def constant(self, array, dtype, scaling=None, layout="", name="constant"):
        """The index of a constant tensor; equal ones are one."""
        array = np.ascontiguousarray(array, _NUMPY[dtype]).reshape(np.shape(array))
        key = (dtype, array.shape, array.tobytes(), scaling and scaling.key(), layout)
        if key not in self._constants:
            index = self.tensor(name, array.shape, dtype, scaling, layout)
            self.tensors[index]["data"] = f"t{index}"
            self.data[index] = packed_nibbles(array) if dtype in ("s4", "u4") else array
            self._constants[key] = index
        return self._constants[key]

    def operator(self, kind, inputs, output, attributes=None, rounding="none"):
        """`output`: an index, or several. Returns it."""
        self.operators.append(
            {
                "type": kind,
                "name": "",
                "inputs": inputs,
                "outputs": output if isinstance(output, list) else [output],
                "attributes": dict(sorted((attributes or {}).items())),
                "rounding": rounding,
                "k_split": 1,
            }
        )
        return output

    def new(self, name, like_shape, dtype, perm, scaling=None, layout=""):
        """A Tensor of an ONNX value's shape, laid by `perm`."""
        shape = [like_shape[d] for d in perm]
        return Tensor(self.tensor(name, shape, dtype, scaling, layout), dtype, list(like_shape), tuple(perm))

    def name_of(self, tensor):
        return self.tensors[tensor.index]["name"]

    def laid(self, tensor, perm):
        """The tensor with its dimensions in this order: itself, or transposed."""
        perm = tuple(perm)
        if tensor.perm == perm:
            return tensor
        key = (tensor.index, perm)
        if key not in self._moved:
            permutation = [tensor.perm.index(d) for d in perm]
            moved = self._like(tensor, [tensor.shape[d] for d in perm])
            self.operator("transpose", [tensor.index], moved, {"permutation": permutation})
            self._moved[key] = Tensor(moved, tensor.dtype, tensor.shape, perm)
        return self._moved[key]

    def plain(self, tensor):
        return self.laid(tensor, identity(len(tensor.shape)))

    def _like(self, tensor, shape):
        """A new tensor quantised as that one."""
        index = self.tensor(self.name_of(tensor), shape, tensor.dtype)
        self.tensors[index]["quantization"] = self.tensors[tensor.index]["quantization"]
        alike = self._alike.setdefault(tensor.index, [tensor.index])
        alike.append(index)
        self._alike[index] = alike
        return index

    def reshaped(self, tensor, shape):
        tensor = self.plain(tensor)
        moved = self._like(tensor, shape)
        self.operator("reshape", [tensor.index], moved)
        return Tensor(moved, tensor.dtype, list(shape), identity(len(shape)))

    def moved(self, kind, tensor, shape, attributes):
        """An operator that moves a plain tensor's elements, or takes some of them."""
        tensor = self.plain(tensor)
        moved = self._like(tensor, shape)
        self.operator(kind, [tensor.index], moved, attributes)
        return Tensor(moved, tensor.dtype, list(shape), identity(len(shape)))

    def with_scaling(self, tensor, scaling):
        """The tensor with its quantisation said; a copy where it has another already."""
        entry = quantization_entry(scaling)
        if entry is None or entry["granularity"] != "per_tensor":
            return tensor
        present = self.tensors[tensor.index]["quantization"]
        if present is None:
            for index in self._alike.get(tensor.index, [tensor.index]):
                self.tensors[index]["quantization"] = entry
        elif present != entry:
            copy = self.tensor(self.name_of(tensor), self.tensors[tensor.index]["shape"], tensor.dtype, scaling)
            # reshape keeps numbers, and what they mean: a table does not.
            table = self.constant(np.arange(256), "u8", name="identity")
            self.operator("lookup", [tensor.index, table], copy)
            return Tensor(copy, tensor.dtype, tensor.shape, tensor.perm)
        return tensor

    def operand(self, value):
        """The index of a Tensor or Constant in its plain layout."""
        if isinstance(value, Constant):
            return self.constant(value.array, value.dtype)
        return self.plain(value).index

    def finished(self, outputs):
        """-> (entries of tensors, operators, {name: array}, inputs, outputs), without what no output needs."""
        needed, operators = set(outputs), []
        for op in reversed(self.operators):
            if needed & set(op["outputs"]):
                operators.insert(0, op)
                needed.update(i for i in op["inputs"] if i >= 0)
                needed.update(op["outputs"])
        kept = [i for i in range(len(self.tensors)) if i in needed or i in self.inputs]
        places = {old: new for new, old in enumerate(kept)}
        places[-1] = -1
        tensors, data = [], {}
        for old in kept:
            entry = dict(self.tensors[old])
            if "data" in entry:
                entry["data"] = f"t{places[old]}"
                data[entry["data"]] = self.data[old]
            tensors.append(entry)
        for number, op in enumerate(operators):
            op["name"] = f"{op['type']}_{number}"
            op["inputs"] = [places[i] for i in op["inputs"]]
            op["outputs"] = [places[i] for i in op["outputs"]]
        return tensors, operators, data, [places[i] for i in self.inputs], [places[i] for i in outputs]
