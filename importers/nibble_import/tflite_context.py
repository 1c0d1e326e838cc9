# SPDX-License-Identifier: Apache-2.0
"""One operator of a TFLite file as the functions see it that take its attributes out."""

import tflite

ACTIVATIONS = {
    tflite.ActivationFunctionType.NONE: "none",
    tflite.ActivationFunctionType.RELU: "relu",
    tflite.ActivationFunctionType.RELU6: "relu6",
    tflite.ActivationFunctionType.RELU_N1_TO_1: "relu_n1_to_1",
}


class Context:
    """One operator, its tensors, and where findings about it go."""

    def __init__(self, op, tensors, given, findings):
        """`given`: positions of the model's inputs."""
        self.op = op
        self._tensors = tensors
        self._given = given
        self._findings = findings
        self.place = f"operator {op.index} ({op.type})"

    def add(self, field, found, expected):
        self._findings.add(f"{self.place}, {field}", found, expected)

    def input(self, position):
        """The TFLite tensor, or None where it is absent."""
        index = self.op.inputs[position] if position < len(self.op.inputs) else -1
        return self._tensors[index] if index >= 0 else None

    def outputs(self):
        return [self._tensors[i] for i in self.op.outputs]

    def options(self, cls):
        options = self.op.read_options(cls)
        if options is None:
            self.add("options", "none of its own", cls.__name__)
        return options

    def known(self, names, value, field):
        """The name of an enum's value, with a finding where we have none."""
        if value not in names:
            self.add(field, value, "one of " + ", ".join(names.values()))
        return names.get(value)

    def activation(self, options):
        return self.known(ACTIVATIONS, options.FusedActivationFunction(), "fused activation")

    def expect_constant_shape(self, position):
        """The shape is that of the output tensor; an input only says it again, unless it is computed. A caller who gives
        it as an input of the model has the file's own shape, whatever he gives."""
        shape = self.input(position)
        if shape is not None and shape.data is None and shape.index not in self._given:
            self.add(f'input tensor "{shape.name}"', "a computed shape", "a constant")
