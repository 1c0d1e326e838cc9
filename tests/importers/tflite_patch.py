# SPDX-License-Identifier: Apache-2.0
"""Changes single fields inside the bytes of a TFLite file, for models that no converter would write."""

import struct

import tflite


class TflitePatch:
    """`content` is the changed file. Slots are the fields' numbers in the schema (tables' vtable slots)."""

    def __init__(self, path):
        self.content = bytearray(path.read_bytes())

    @property
    def _model(self):
        return tflite.Model.GetRootAs(self.content, 0)

    def _field(self, table, slot):
        """The position of a field that the file has."""
        offset = table._tab.Offset(4 + 2 * slot)
        assert offset, "the file does not have this field"
        return table._tab.Pos + offset

    def _set(self, position, kind, value):
        struct.pack_into("<" + kind, self.content, position, value)

    def tensor(self, index):
        return self._model.Subgraphs(0).Tensors(index)

    def operator(self, index):
        return self._model.Subgraphs(0).Operators(index)

    def set_builtin(self, old, new):
        """Every operator of code `old` gets `new`, in both of the schema's fields."""
        for i in range(self._model.OperatorCodesLength()):
            code = self._model.OperatorCodes(i)
            if code.BuiltinCode() == old or code.DeprecatedBuiltinCode() == old:
                self._set(self._field(code, 0), "b", new)
                if code._tab.Offset(10):
                    self._set(self._field(code, 3), "i", new)

    def set_type(self, index, value):
        self._set(self._field(self.tensor(index), 1), "b", value)

    def set_extent(self, index, dimension, value):
        table = self.tensor(index)
        self._set(table._tab.Vector(table._tab.Offset(4)) + 4 * dimension, "i", value)

    def move_data(self, index, position):
        """The tensor's bytes, after their count in four, are looked for at `position`."""
        field = self._field(self._model.Buffers(self.tensor(index).Buffer()), 0)
        self._set(field, "I", position - field)

    def set_signature(self, index, dimension, value):
        table = self.tensor(index)
        self._set(table._tab.Vector(table._tab.Offset(18)) + 4 * dimension, "i", value)

    def set_scale(self, index, channel, value):
        quantization = self.tensor(index).Quantization()
        self._set(quantization._tab.Vector(quantization._tab.Offset(8)) + 4 * channel, "f", value)

    def set_zero_point(self, index, channel, value):
        quantization = self.tensor(index).Quantization()
        self._set(quantization._tab.Vector(quantization._tab.Offset(10)) + 8 * channel, "q", value)

    def set_operator_input(self, index, position, value):
        table = self.operator(index)
        self._set(table._tab.Vector(table._tab.Offset(6)) + 4 * position, "i", value)

    def set_option(self, index, slot, kind, value):
        """A number of the operator's own options; `kind` as in struct."""
        options = self.operator(index).BuiltinOptions()
        self._set(options.Pos + options.Offset(4 + 2 * slot), kind, value)

    def drop_scales(self, index):
        """The length of the vector of scales becomes 0."""
        quantization = self.tensor(index).Quantization()
        self._set(quantization._tab.Vector(quantization._tab.Offset(8)) - 4, "I", 0)

    def set_version(self, value):
        self._set(self._field(self._model, 0), "I", value)
