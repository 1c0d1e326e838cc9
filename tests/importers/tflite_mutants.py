# SPDX-License-Identifier: Apache-2.0
"""Damaged TFLite files: mutants of a model, each given by its number."""

import random
import struct

import tflite

WEIGHTS_FROM = 256  # bytes; a longer buffer is weights, where hardly a mutation matters
WORDS = (0, 1, 2, 3, 4, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)
FLOATS = (0.0, -0.0, -1.0, 1e-45, 3e38, float("inf"), float("-inf"), float("nan"))


def _structure(content):
    """The positions of all bytes but the weights'."""
    weights = bytearray(len(content))
    model = tflite.Model.GetRootAs(content, 0)
    for i in range(model.BuffersLength()):
        table = model.Buffers(i)._tab
        if table.Offset(4) and model.Buffers(i).DataLength() >= WEIGHTS_FROM:
            start, length = table.Vector(table.Offset(4)), model.Buffers(i).DataLength()
            weights[start : start + length] = b"\1" * length
    return [position for position, is_weight in enumerate(weights) if not is_weight]


class Mutants:
    """Mutants of one file. The same number gives the same bytes."""

    def __init__(self, path):
        self._name = path.name
        self._content = path.read_bytes()
        self._structure = _structure(self._content)

    def mutant(self, number):
        chance = random.Random(f"{self._name} {number}")
        content = bytearray(self._content)
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            chance.choices(_MUTATIONS, _WEIGHTS)[0](content, self._place(content, chance), chance)
        return bytes(content)

    def _place(self, content, chance):
        if chance.random() < 0.02:
            return chance.randrange(max(len(content) - 8, 1))
        return min(chance.choice(self._structure), max(len(content) - 8, 0))


def _flip_bit(content, place, chance):
    content[place] ^= 1 << chance.randrange(8)


def _set_byte(content, place, chance):
    content[place] = chance.randrange(256)


def _set_word(content, place, chance):
    value = chance.choice((*WORDS, len(content) - place, chance.randrange(len(content))))
    struct.pack_into("<I", content, place & ~3, value & 0xFFFFFFFF)


def _step_word(content, place, chance):
    (value,) = struct.unpack_from("<I", content, place & ~3)
    struct.pack_into("<I", content, place & ~3, value + chance.choice((-4, -1, 1, 4)) & 0xFFFFFFFF)


def _set_float(content, place, chance):
    struct.pack_into("<f", content, place & ~3, chance.choice(FLOATS))


def _swap_words(content, place, chance):
    first, second = place & ~3, chance.randrange(len(content) // 4 - 1) * 4
    content[first : first + 4], content[second : second + 4] = content[second : second + 4], content[first : first + 4]


def _truncate(content, place, chance):
    del content[max(place, 16) :]


def _remove(content, place, chance):
    del content[place : min(place + chance.choice((1, 4, 16, 64)), len(content) - 16)]


def _repeat(content, place, chance):
    content[place:place] = content[place : place + chance.choice((1, 4, 16, 64))]


_MUTATIONS = (_flip_bit, _set_byte, _set_word, _step_word, _set_float, _swap_words, _truncate, _remove, _repeat)
_WEIGHTS = (4, 4, 8, 4, 2, 2, 1, 1, 1)
