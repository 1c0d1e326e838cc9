# SPDX-License-Identifier: Apache-2.0
"""A TFLite flatbuffer as plain Python values, with every length and index checked against the file.

The flatbuffers package has no verifier: a damaged offset reads other bytes of the file or raises. Whatever it raises is
turned into a finding by the caller; what it may not do is loop for long, so vectors are bounded by the size of the file.
"""

from dataclasses import dataclass, field

import numpy as np
import tflite

IDENTIFIER = b"TFL3"
SCHEMA_VERSION = 3


def _names_of(enum):
    return {value: name for name, value in vars(enum).items() if isinstance(value, int)}


TYPE_NAMES = _names_of(tflite.TensorType)
OPERATOR_NAMES = _names_of(tflite.BuiltinOperator)


@dataclass
class TfliteTensor:
    """Quantisation as the file has it: no scales where the tensor has none."""

    index: int
    name: str
    type: str
    shape: list
    signature: list
    data: np.ndarray  # bytes; None for activations
    scale: np.ndarray
    zero_point: np.ndarray
    axis: int
    minimum: np.ndarray
    maximum: np.ndarray
    variable: bool
    unsupported: list = field(default_factory=list)  # what the file says of it that we do not read

    @property
    def place(self):
        return f'tensor {self.index} ("{self.name}")'


@dataclass
class TfliteOperator:
    index: int
    type: str  # "CONV_2D", or the name of a custom operator
    inputs: list
    outputs: list
    options_type: int
    options: object  # flatbuffers table or None

    def read_options(self, cls):
        """The options as `cls` of the tflite package, or None where the operator has others or none."""
        if self.options is None or self.options_type != getattr(tflite.BuiltinOptions, cls.__name__):
            return None
        options = cls()
        options.Init(self.options.Bytes, self.options.Pos)
        return options


@dataclass
class TfliteGraph:
    tensors: list
    operators: list
    inputs: list
    outputs: list


class _Reader:
    def __init__(self, content, findings):
        self._content = content
        self._findings = findings
        self._model = tflite.Model.GetRootAs(content, 0)

    def _count(self, length, what):
        # Every element of these vectors takes at least four bytes.
        if length < 0 or length * 4 > len(self._content):
            self._findings.fail("flatbuffer", f"{length} {what}", "a file that holds them")
        return length

    @staticmethod
    def _vector(table, name):
        """A vector of numbers, empty where the file has none."""
        length = getattr(table, name + "Length")()
        return np.array(getattr(table, name + "AsNumpy")()) if length else np.zeros(0, np.int64)

    def _indices(self, table, name, lowest, tensor_count, where):
        indices = [int(i) for i in self._vector(table, name)]
        for i in indices:
            if not lowest <= i < tensor_count:
                self._findings.fail(f"{where}, {name.lower()}", f"tensor {i}", f"one of {tensor_count} tensors")
        return indices

    def graph(self):
        if self._model.Version() != SCHEMA_VERSION:
            self._findings.fail("flatbuffer, version", self._model.Version(), SCHEMA_VERSION)
        if self._model.SubgraphsLength() != 1:
            self._findings.fail("flatbuffer, subgraphs", self._model.SubgraphsLength(), 1)
        subgraph = self._model.Subgraphs(0)
        count = self._count(subgraph.TensorsLength(), "tensors")
        tensors = [self._tensor(subgraph.Tensors(i), i) for i in range(count)]
        operator_count = self._count(subgraph.OperatorsLength(), "operators")
        operators = [self._operator(subgraph.Operators(i), i, count) for i in range(operator_count)]
        inputs = self._indices(subgraph, "Inputs", 0, count, "subgraph")
        outputs = self._indices(subgraph, "Outputs", 0, count, "subgraph")
        if not outputs:
            self._findings.fail("subgraph, outputs", "none", "at least one tensor")
        return TfliteGraph(tensors, operators, inputs, outputs)

    def _tensor(self, table, index):
        quantization = table.Quantization()
        empty = np.zeros(0)
        vector = (lambda name: self._vector(quantization, name)) if quantization else (lambda name: empty)
        name = (table.Name() or b"").decode("utf-8", "replace")
        tensor = TfliteTensor(
            index=index,
            name=name,
            type=TYPE_NAMES.get(table.Type(), f"type {table.Type()}"),
            shape=[int(extent) for extent in self._vector(table, "Shape")],
            signature=[int(extent) for extent in self._vector(table, "ShapeSignature")],
            data=self._data(table.Buffer(), f'tensor {index} ("{name}")'),
            scale=vector("Scale"),
            zero_point=vector("ZeroPoint"),
            axis=quantization.QuantizedDimension() if quantization else 0,
            minimum=vector("Min"),
            maximum=vector("Max"),
            variable=bool(table.IsVariable()),
        )
        if table.Sparsity() is not None:
            tensor.unsupported.append("sparse data")
        if quantization and quantization.DetailsType():
            tensor.unsupported.append("custom quantization")
        return tensor

    def _data(self, index, place):
        if index >= self._count(self._model.BuffersLength(), "buffers"):
            self._findings.fail(f"{place}, buffer", index, f"one of {self._model.BuffersLength()} buffers")
        buffer = self._model.Buffers(index)
        if buffer.Offset() > 1:
            self._findings.fail(f"{place}, buffer", "data outside of the flatbuffer", "data inside of it")
        return np.array(buffer.DataAsNumpy(), np.uint8) if buffer.DataLength() else None

    def _operator(self, table, index, tensor_count):
        codes = self._count(self._model.OperatorCodesLength(), "operator codes")
        if table.OpcodeIndex() >= codes:
            self._findings.fail(f"operator {index}, opcode", table.OpcodeIndex(), f"one of {codes} operator codes")
        code = self._model.OperatorCodes(table.OpcodeIndex())
        # Files of before 2021 have the code in the deprecated field only.
        number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        name = OPERATOR_NAMES.get(number, f"operator code {number}")
        if number == tflite.BuiltinOperator.CUSTOM:
            name = (code.CustomCode() or b"CUSTOM").decode("utf-8", "replace")
        where = f"operator {index} ({name})"
        return TfliteOperator(
            index=index,
            type=name,
            inputs=self._indices(table, "Inputs", -1, tensor_count, where),
            outputs=self._indices(table, "Outputs", 0, tensor_count, where),
            options_type=table.BuiltinOptionsType(),
            options=table.BuiltinOptions(),
        )


def read_tflite(content, findings):
    """The graph in `content` (bytes). Raises ImportFailure, or anything at all where the file is damaged."""
    if len(content) < 8 or content[4:8] != IDENTIFIER:
        found = f"{len(content)} bytes that begin with {content[:8]!r}"
        findings.fail("flatbuffer", found, f"a TFLite model with {IDENTIFIER.decode()} at byte 4")
    return _Reader(content, findings).graph()
