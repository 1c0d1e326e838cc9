# SPDX-License-Identifier: Apache-2.0
"""Cases as one TFLite file: their operators stand beside each other in one graph."""

import flatbuffers
import numpy as np
import tflite

_TYPES = {np.int8: "INT8", np.uint8: "UINT8", np.int16: "INT16", np.int32: "INT32", np.int64: "INT64", np.float32: "FLOAT32"}


class _Writer:
    def __init__(self):
        self.builder = flatbuffers.Builder(1024)
        self.buffers, self.tensors, self.operators, self.codes = [self._buffer(None)], [], [], []
        self.inputs, self.outputs = [], []

    def table(self, name, **fields):
        """A table of the schema; fields of None keep their defaults."""
        getattr(tflite, f"{name}Start")(self.builder)
        for field, value in fields.items():
            if value is not None:
                getattr(tflite, f"{name}Add{field}")(self.builder, value)
        return getattr(tflite, f"{name}End")(self.builder)

    def numbers(self, values, dtype):
        return self.builder.CreateNumpyVector(np.array(values, dtype))

    def tables(self, offsets):
        self.builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self.builder.PrependUOffsetTRelative(offset)
        return self.builder.EndVector()

    def _buffer(self, data):
        vector = None if data is None else self.numbers(np.frombuffer(data.tobytes(), np.uint8), np.uint8)
        return self.table("Buffer", Data=vector)

    def _quantization(self, tensor):
        if not tensor.scale:
            return None
        scale, zero_point = self.numbers(tensor.scale, np.float32), self.numbers(tensor.zero_point, np.int64)
        return self.table("QuantizationParameters", Scale=scale, ZeroPoint=zero_point, QuantizedDimension=tensor.axis)

    def tensor(self, tensor, name):
        """-> its index; -1 for None."""
        if tensor is None:
            return -1
        buffer = 0
        if tensor.data is not None:
            buffer = len(self.buffers)
            self.buffers.append(self._buffer(tensor.data))
        shape, text, quantization = (
            self.numbers(tensor.shape, np.int32),
            self.builder.CreateString(name),
            self._quantization(tensor),
        )
        kind = getattr(tflite.TensorType, "INT4" if tensor.packs_int4 else _TYPES[tensor.dtype])
        self.tensors.append(
            self.table("Tensor", Shape=shape, Type=kind, Buffer=buffer, Name=text, Quantization=quantization)
        )
        return len(self.tensors) - 1

    def _code(self, case):
        if (case.operator, case.version) not in self.codes:
            self.codes.append((case.operator, case.version))
        return self.codes.index((case.operator, case.version))

    def _options(self, case):
        """-> (type, table) of the operator's options."""
        if not case.options:
            return None, None
        name, fields = case.options
        fields = {k: self.numbers(v, np.int32) if isinstance(v, list) else v for k, v in fields.items()}
        return getattr(tflite.BuiltinOptions, name), self.table(name, **fields)

    def case(self, case):
        inputs = [self.tensor(tensor, f"{case.name}.in{i}") for i, tensor in enumerate(case.inputs)]
        outputs = [self.tensor(tensor, f"{case.name}.out{i}") for i, tensor in enumerate(case.outputs)]
        self.inputs += [i for i, tensor in zip(inputs, case.inputs) if tensor is not None and tensor.data is None]
        self.outputs += outputs
        kind, options = self._options(case)
        fields = {"Inputs": self.numbers(inputs, np.int32), "Outputs": self.numbers(outputs, np.int32)}
        self.operators.append(
            self.table("Operator", OpcodeIndex=self._code(case), BuiltinOptionsType=kind, BuiltinOptions=options, **fields)
        )
        return outputs

    def _operator_code(self, name, version):
        code = getattr(tflite.BuiltinOperator, name)
        return self.table("OperatorCode", BuiltinCode=code, DeprecatedBuiltinCode=min(code, 127), Version=version)

    def finish(self):
        fields = {"Tensors": self.tables(self.tensors), "Operators": self.tables(self.operators)}
        ends = {"Inputs": self.numbers(self.inputs, np.int32), "Outputs": self.numbers(self.outputs, np.int32)}
        subgraphs = self.tables([self.table("SubGraph", **fields, **ends)])
        codes = self.tables([self._operator_code(*code) for code in self.codes])
        buffers = self.tables(self.buffers)
        model = self.table("Model", Version=3, OperatorCodes=codes, Subgraphs=subgraphs, Buffers=buffers)
        self.builder.Finish(model, b"TFL3")
        return bytes(self.builder.Output())


def write_cases(cases):
    """-> (the file's bytes, for each case the indices of its outputs' tensors). The graph's inputs are the cases' in
    turn, without constants.
    """
    writer = _Writer()
    outputs = [writer.case(case) for case in cases]
    return writer.finish(), outputs
