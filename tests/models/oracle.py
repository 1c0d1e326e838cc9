# SPDX-License-Identifier: Apache-2.0
"""TFLite's own results, as saved under tests/data (SOURCE.md there), and the inputs that made them."""

import hashlib
import json
import os
import shutil

import numpy as np
import pytest

from programs import run

TARGETS = ["x86-64-avx512_vnni", "x86-64-avx2", "generic", "arm-64-dotprod", "arm-64", "hexagon-64-hvx", "fake-wide", "fake-narrow"]

# What tells a CPU that has all of a target's features.
FLAGS = {"x86-64-avx512_vnni": {"avx512_vnni", "avx512_vbmi2", "avx512_bf16", "gfni"}, "x86-64-avx2": {"avx2", "fma", "f16c", "bmi2"}}

# What runs the programs of a target for another processor.
EMULATORS = {"arm-64-dotprod": "qemu-aarch64", "arm-64": "qemu-aarch64"}


def require_target(target):
    """Skips the test where this machine cannot run the target's programs. In CI an emulator has to be there."""
    emulator = EMULATORS.get(target)
    if emulator is not None and shutil.which(emulator) is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)(f"found no {emulator}, expected Debian's package qemu-user")
    if not _has_flags(target):
        pytest.skip(f"this CPU lacks instructions of {target}")


def _has_flags(target):
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        flags = next(line for line in info if line.startswith("flags")).split()
    return FLAGS.get(target, set()) <= set(flags)


def lcg(seed, shape, dtype):
    """The top bits of x = x * 1664525 + 1013904223 (mod 2^32), one step an element, from x = seed; for floats the top 24
    as a number in [-2, 2).
    """
    multiplier, increment, modulus = 1664525, 1013904223, 2**32
    state = np.zeros(int(np.prod(shape)), np.uint64)
    state[:1] = (seed * multiplier + increment) % modulus
    # `filled` steps at once are a step of the same form: each round doubles what is there.
    filled, jump, offset = 1, multiplier, increment
    while filled < state.size:
        count = min(filled, state.size - filled)
        state[filled : filled + count] = (state[:count] * np.uint64(jump) + np.uint64(offset)) % np.uint64(modulus)
        filled, offset, jump = filled + count, (jump * offset + offset) % modulus, jump * jump % modulus
    if np.dtype(dtype) == np.float32:
        return (((state >> np.uint64(8)).astype(np.int64) - 2**23) / np.float32(2**22)).astype(np.float32).reshape(shape)
    bits = 8 * np.dtype(dtype).itemsize
    return (state >> np.uint64(32 - bits)).astype(f"u{bits // 8}").view(dtype).reshape(shape)


def read_oracle(file):
    """Sample -> {"inputs", "outputs", "tensors"} of a .layers.json."""
    return json.loads(file.read_text(encoding="utf-8"))["samples"]


def input_arrays(sample, stored):
    """The sample's inputs in the model's order; `stored`: an .npz with those that no seed gives, or None."""
    return [
        lcg(entry["lcg_seed"], entry["shape"], entry["dtype"]) if entry.get("lcg_seed") is not None else stored[entry["npz"]]
        for entry in sample["inputs"]
    ]


def first_states(folder, given):
    """What a library's states begin with: they are its inputs after the `given` first ones."""
    model = json.loads((folder / "model" / "model.json").read_text(encoding="utf-8"))
    states = [model["tensors"][index] for index in model["inputs"][given:]]
    types = {"s8": np.int8, "s16": np.int16}
    return [np.full(t["shape"], t["quantization"]["zero_point"][0], types[t["dtype"]]) for t in states]


def run_model(folder, inputs, out, *flags):
    """Tensor index -> array, as run_model writes them."""
    arguments = []
    for position, array in enumerate(inputs):
        file = out.parent / f"{out.name}_in{position}.npy"
        np.save(file, array)
        arguments.append(f"--input={file}")
    result = run("run_model", f"--dir={folder}", *arguments, f"--output-dir={out}", *flags)
    assert result.returncode == 0, result.stderr
    return {int(file.stem[1:]): np.load(file) for file in out.glob("t*.npy")}


def equals(array, want):
    """Whether shape, type and every byte are those of an entry of the oracle."""
    return (
        list(array.shape) == want["shape"]
        and array.dtype == want["dtype"]
        and hashlib.sha256(array.tobytes()).hexdigest() == want["sha256"]
    )
