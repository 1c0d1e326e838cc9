# SPDX-License-Identifier: Apache-2.0
"""The conversion of an ONNX graph: values by name, and the forms in which their users ask for them."""

import numpy as np

from .onnx_emitter import Emitter, identity
from .onnx_folding import folded
from .onnx_values import BYTES, LIMITS, Constant, Dequantized, Pending, Tensor, one_scale

_ACTIVATIONS = {None: "none", (0, np.inf): "relu", (0, 6): "relu6", (-1, 1): "relu_n1_to_1"}


class Mover:
    """What takes elements of a value to other places: as a function of numpy arrays and as one of Tensors."""

    def __init__(self, shape, array, tensor):
        self.shape = shape
        self.array = array
        self.tensor = tensor


def reshaping(converter, shape):
    return Mover(shape, lambda array: array.reshape(shape), lambda tensor: converter.emitter.reshaped(tensor, shape))


class OnnxConverter:
    """`handlers`: node type -> function of converter and node. `integer_forms` and `float_forms`: kind of a Pending -> function
    of converter and Pending (and scaling and clamp) that gives a Tensor, or None where it has no such form.
    """

    def __init__(self, graph, handlers, integer_forms, float_forms, findings):
        self.graph = graph
        self.emitter = Emitter()
        self.findings = findings
        self.warnings = []
        self.values = dict(graph.constants)
        self._handlers = handlers
        self._integer_forms = integer_forms
        self._float_forms = float_forms
        self._refused = set()
        self._written = []  # tensors that are outputs already
        for entry in graph.inputs:
            self.values[entry.name] = self.emitter.add_input(entry.name, entry.dtype, entry.shape)

    def run(self):
        """-> what Emitter.finished gives."""
        self._report_unsupported()
        for node in self.graph.nodes:
            for name in filter(None, node.inputs):
                if name not in self.values:
                    self.findings.fail(f"{node.place}, inputs", f'"{name}", which nobody writes', "an earlier node's output")
            if not folded(self, node):
                self.handle(node)
            self.findings.fail_if_any()
        outputs = [self._output(name) for name in self.graph.outputs]
        self.findings.fail_if_any()
        return self.emitter.finished(outputs)

    def handle(self, node):
        self._handlers[node.type](self, node)

    def _report_unsupported(self):
        for node in self.graph.nodes:
            if node.type not in self._handlers and node.type != "Constant":
                self.findings.add(node.place, node.type, "one of " + ", ".join(sorted(self._handlers)))
        self.findings.fail_if_any()

    # Reading a node.

    def input(self, node, position):
        """The value, or None where it is absent."""
        name = node.inputs[position] if position < len(node.inputs) else ""
        return self.values[name] if name else None

    def needed(self, node, position):
        value = self.input(node, position)
        if value is None:
            self.findings.fail(f"{node.place}, inputs[{position}]", "none", "a tensor")
        return value

    def constant(self, node, position, default=None):
        """The array of a constant input; `default` where it is absent."""
        value = self.input(node, position)
        if value is None:
            return default
        if not isinstance(value, Constant):
            self.findings.fail(f"{node.place}, inputs[{position}]", "a computed tensor", "a constant")
        return value.array

    def axis(self, node, axis, rank):
        if not isinstance(axis, int) or not -rank <= axis < rank:
            self.findings.fail(f"{node.place}, axis", axis, f"a dimension of {rank}")
        return axis % rank

    def refuse(self, node, found, expected):
        self.findings.fail(node.place, found, expected)

    def set(self, node, *values):
        for name, value in zip(node.outputs, values):
            if name:
                self.values[name] = value

    def pending(self, node, inputs, shape, **attributes):
        return Pending(node, node.type, inputs, [int(extent) for extent in shape], attributes)

    # Forms of values.

    def move(self, node, value, mover):
        """The value with its elements moved, in whatever form it is."""
        if isinstance(value, Constant):
            return Constant(mover.array(value.array), value.dtype)
        if isinstance(value, Tensor):
            return mover.tensor(value)
        if isinstance(value, Dequantized):
            if value.scaling is None or value.scaling.is_one:
                return Dequantized(self.move(node, value.source, mover), value.scaling)
            return self.move(node, self.floats(value), mover)
        return Pending(node, "Moved", [value], mover.shape, {"mover": mover})

    def floats(self, value):
        """An f32 Tensor or Constant."""
        if isinstance(value, (Constant, Tensor)):
            return value
        if "f32" not in value.memory:
            make = self._dequantized if isinstance(value, Dequantized) else self._computed
            value.memory["f32"] = make(value)
        return value.memory["f32"]

    def _dequantized(self, value):
        source, scaling = value.source, value.scaling
        if scaling is None:
            scaling = one_scale(1, 0, source.dtype)
        if isinstance(source, Constant):
            return Constant(scaling.reals(source.array), "f32")
        result = self.emitter.new(self.emitter.name_of(source) + "/f32", source.shape, "f32", source.perm)
        self.dequantize(source.index, scaling, result.index)
        return result

    def dequantize(self, source, scaling, result, axis=0):
        """dequantize_linear of a tensor's index; `axis`: the tensor's own, of several scales."""
        shape = [] if scaling.is_one else [-1]
        zeros = self.emitter.constant(scaling.zero.reshape(shape), scaling.dtype, name="zero_point")
        scales = self.emitter.constant(scaling.scale.reshape(shape), "f32", name="scale")
        attributes = {"axis": axis, "block_size": 0}
        self.emitter.operator("dequantize_linear", [source, scales, zeros], result, attributes)

    def _computed(self, value):
        if value.kind == "Moved":
            return self.move(value.node, self.floats(value.inputs[0]), value.attributes["mover"])
        form = self._float_forms.get(value.kind)
        result = form(self, value) if form else None
        if result is None:
            return self._refuse_float(value)
        if isinstance(result, Tensor) and value.kind != "MatMulNBits":
            self.warn(value.node, "left in float")
        return result

    def _refuse_float(self, value):
        if value.node.index not in self._refused:
            self._refused.add(value.node.index)
            self.findings.add(
                value.node.place,
                "operands or a result in float",
                "DequantizeLinear before and QuantizeLinear after it: it has no float kernel",
            )
        return self.emitter.new("refused", value.shape, "f32", identity(len(value.shape)))

    def warn(self, node, text):
        line = f"{node.place}: {text}"
        if line not in self.warnings:
            self.warnings.append(line)

    def integers(self, value, scaling, clamp=None):
        """A Tensor or Constant of the integers that QuantizeLinear gives. `clamp`: real bounds of the value before."""
        if isinstance(value, Constant):
            low, high = clamp or (-np.inf, np.inf)
            return Constant(scaling.integers(np.clip(value.array.astype(np.float32), low, high)), scaling.dtype)
        if isinstance(value, Tensor):
            return self.clamped(self._quantized(value, scaling), scaling, clamp)
        key = (scaling.key(), clamp)
        if key not in value.memory:
            value.memory[key] = self._integers(value, scaling, clamp)
        return value.memory[key]

    def _integers(self, value, scaling, clamp):
        if isinstance(value, Dequantized):
            if value.scaling is not None and value.scaling.equals(scaling):
                return value.source if isinstance(value.source, Constant) else self.clamped(value.source, scaling, clamp)
            result = self._integer_forms["Table"](self, value, scaling, clamp)
        elif value.kind == "Moved":
            result = self.move(value.node, self.integers(value.inputs[0], scaling, clamp), value.attributes["mover"])
        else:
            result = self._integer_forms["Table"](self, value, scaling, clamp)
            form = self._integer_forms.get(value.kind)
            result = form(self, value, scaling, clamp) if result is None and form else result
        return self.integers(self.floats(value), scaling, clamp) if result is None else result

    def _quantized(self, tensor, scaling):
        emitter = self.emitter
        result = emitter.new(emitter.name_of(tensor) + "/quantized", tensor.shape, scaling.dtype, tensor.perm, scaling)
        scale = emitter.constant(scaling.scale.reshape([]), "f32", name="scale")
        zero = emitter.constant(scaling.zero.reshape([]), scaling.dtype, name="zero_point")
        attributes = {"axis": 0, "block_size": 0}
        emitter.operator("quantize_linear", [tensor.index, scale, zero], result.index, attributes, "float")
        return result

    def bounds(self, scaling, clamp):
        """The integers that a clamp leaves, or None where it leaves all."""
        low, high = LIMITS[scaling.dtype]
        if clamp is None:
            return None
        ends = scaling.integers(np.array(clamp, np.float32))
        return None if ends[0] <= low and ends[1] >= high else (int(ends[0]), int(ends[1]))

    def activation(self, scaling, clamp):
        """(the attribute, the clamp that is still to be done)."""
        if self.bounds(scaling, clamp) is None:
            return "none", None
        name = _ACTIVATIONS.get(clamp)
        return (name, None) if name else ("none", clamp)

    def clamped(self, tensor, scaling, clamp):
        bounds = self.bounds(scaling, clamp)
        if bounds is None:
            return tensor
        if scaling.dtype in BYTES:
            return self.table(tensor, np.clip(self.every_byte(scaling.dtype), *bounds), scaling.dtype, scaling)
        for function, bound in (("maximum", clamp[0]), ("minimum", clamp[1])):
            result = self.emitter.new(self.emitter.name_of(tensor), tensor.shape, tensor.dtype, tensor.perm, scaling)
            constant = self.emitter.constant(np.array([bound], np.float32), "f32")
            attributes = {"function": function, "activation": "none"}
            self.emitter.operator("arithmetic_f32", [tensor.index, constant], result.index, attributes, "float")
            tensor = result
        return tensor

    @staticmethod
    def every_byte(dtype):
        """The value of each byte, in the order of bytes."""
        return np.arange(256).astype(np.uint8).view(np.int8 if dtype == "s8" else np.uint8).astype(np.int64)

    def table(self, tensor, values, dtype, scaling=None):
        """lookup: a value for each byte of an 8-bit tensor."""
        result = self.emitter.new(self.emitter.name_of(tensor) + "/table", tensor.shape, dtype, tensor.perm, scaling)
        table = self.emitter.constant(np.asarray(values).astype(np.uint8), "u8", name="table")
        self.emitter.operator("lookup", [tensor.index, table], result.index)
        return result

    def in_type(self, tensor, scaling, dtype):
        """(the same reals in the other type of 8 bits, their scaling)."""
        if tensor.dtype == dtype:
            return tensor, scaling
        other = one_scale(scaling.scale.ravel()[0], scaling.zero.ravel()[0] + (128 if dtype == "u8" else -128), dtype)
        return self.table(tensor, np.arange(256) ^ 0x80, dtype, other), other

    # Outputs.

    def _output(self, name):
        if name not in self.values:
            self.findings.fail(f'output "{name}"', "a name that nobody writes", "an output of a node")
        value = self.values[name]
        if isinstance(value, (Dequantized, Pending)):
            value = self.floats(value)
        if isinstance(value, Constant):
            value = self._written_constant(name, value)
        value = self.emitter.plain(value)
        if value.index in [*self._written, *self.emitter.inputs]:
            value = self.emitter.reshaped(value, value.shape)
        self.emitter.tensors[value.index]["name"] = name
        self._written.append(value.index)
        return value.index

    def _written_constant(self, name, value):
        if value.dtype != "f32":
            self.findings.add(f'output "{name}"', f"a constant of {value.dtype}", "a computed tensor, or a constant of f32")
            return self.emitter.new(name, value.shape, "f32", identity(len(value.shape)))
        result = self.emitter.new(name, value.shape, "f32", identity(len(value.shape)))
        one = self.emitter.constant(np.ones([1], np.float32), "f32")
        attributes = {"function": "mul", "activation": "none"}
        self.emitter.operator("arithmetic_f32", [self.emitter.operand(value), one], result.index, attributes, "float")
        return result
