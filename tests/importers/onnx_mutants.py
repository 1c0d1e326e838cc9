# SPDX-License-Identifier: Apache-2.0
"""Damaged ONNX files: mutants of a model, each given by its number. Half are damaged in their bytes, half in their fields."""

import random

import onnx

NUMBERS = (-(2**63), -(2**31), -7, -2, -1, 0, 1, 2, 3, 4, 5, 7, 8, 16, 127, 255, 256, 32767, 65536, 2**31 - 1, 2**31, 2**62)
FLOATS = (0.0, -0.0, -1.0, 1e-45, 3e38, float("inf"), float("-inf"), float("nan"))
TEXTS = ("", "x", "\n", "a/../b", "Conv", "Add", "MatMul", "QuantizeLinear", "DequantizeLinear", "Reshape", "MaxPool", "Relu")


class Mutants:
    """Mutants of one model. The same number gives the same bytes."""

    def __init__(self, name, content):
        self._name = name
        self._content = content

    def mutant(self, number):
        chance = random.Random(f"{self._name} {number}")
        mutate = _in_bytes if number % 2 else _in_fields
        return mutate(self._content, chance)


def _in_bytes(content, chance):
    content = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4))):
        place = chance.randrange(len(content) - 4)
        kind = chance.randrange(8)
        if kind < 3:
            content[place] ^= 1 << chance.randrange(8)
        elif kind < 5:
            content[place] = chance.randrange(256)
        elif kind == 5:
            del content[place : place + chance.choice((1, 4, 16))]
        elif kind == 6:
            content[place:place] = content[place : place + chance.choice((1, 4, 16))]
        else:
            del content[max(place, 16) :]
        if len(content) < 16:
            break
    return bytes(content)


def _in_fields(content, chance):
    model = onnx.ModelProto.FromString(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        _mutate(_message_in(model, chance), chance)
    return model.SerializeToString()


def _message_in(message, chance):
    """Some message inside, deeper ones more often."""
    while True:
        inner = []
        for field, value in message.ListFields():
            if field.type == field.TYPE_MESSAGE:
                inner += list(value) if field.is_repeated else [value]
        if not inner or chance.random() < 0.1:
            return message
        message = chance.choice(inner)


def _mutate(message, chance):
    fields = [field for field, _ in message.ListFields()]
    if not fields:
        return
    field = chance.choice(fields)
    if field.is_repeated:
        _mutate_list(getattr(message, field.name), field, chance)
    elif chance.random() < 0.15:
        message.ClearField(field.name)
    elif field.type != field.TYPE_MESSAGE:
        _set(message, field.name, _other(field, getattr(message, field.name), chance))


def _set(message, name, value):
    try:
        setattr(message, name, value)
    except ValueError:  # beyond the field's range
        pass


def _mutate_list(values, field, chance):
    place = chance.randrange(len(values)) if len(values) else 0
    kind = chance.randrange(4)
    if kind == 0 and len(values):
        del values[place]
    elif kind == 1 and len(values):
        other = chance.randrange(len(values))
        if field.type == field.TYPE_MESSAGE:
            values[place].CopyFrom(values[other])
        else:
            values[place] = values[other]
    elif field.type != field.TYPE_MESSAGE and len(values):
        try:
            values[place] = _other(field, values[place], chance)
        except ValueError:  # beyond the field's range
            pass


def _other(field, value, chance):
    if isinstance(value, (bool, int)):
        return chance.choice((*NUMBERS, value + 1, value - 1))
    if isinstance(value, float):
        return chance.choice(FLOATS)
    if isinstance(value, bytes):
        return value[: chance.randrange(len(value) + 1)]
    return chance.choice((*TEXTS, value + "x"))
