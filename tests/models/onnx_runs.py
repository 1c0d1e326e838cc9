# SPDX-License-Identifier: Apache-2.0
"""ONNX models through gen_kernels and run_model, one output array a name."""

import json

import numpy as np

from merged import Merged
from oracle import require_target, run_model
from programs import run

# The host's, and one of each emulator.
TARGETS = ["x86-64-avx512_vnni", "x86-64-avx2", "arm-64-dotprod", "hexagon-64-hvx"]


def generate(model, target, out, *options):
    """The folder that gen_kernels made, and the lines of its warnings."""
    require_target(target)
    result = run("gen_kernels", f"--model={model}", f"--target={target}", f"--out={out}", "--name=m", "--quiet", *options)
    assert result.returncode == 0, result.stderr
    return out, result.stderr.splitlines()


def outputs_of(folder, inputs):
    """Output name -> array. `inputs`: in the model's order."""
    arrays = run_model(folder, inputs, folder.parent / "tensors")
    index = json.loads((folder.parent / "tensors" / "index.json").read_text(encoding="utf-8"))
    return {entry["name"]: arrays[entry["index"]] for entry in index}


def run_onnx(model, target, folder, inputs, *options):
    """(output name -> array, warnings)"""
    out, warnings = generate(model, target, folder / "out", *options)
    return outputs_of(out, inputs), warnings


def run_together(cases, target, folder):
    """`cases`: name -> (.onnx file, inputs in the model's order). Name -> output name -> array, of one library of them all."""
    merged, outputs = Merged(), {}
    for name, (file, _) in cases.items():
        model = merged.add(name, file)
        outputs[name] = {model["tensors"][i]["name"]: i + merged.first_tensor[name] for i in model["outputs"]}
    merged.write(folder / "model")
    out, _ = generate(folder / "model", target, folder / "out")
    arrays = run_model(out, [array for _, inputs in cases.values() for array in inputs], folder / "tensors")
    return {name: {key: arrays[i] for key, i in indices.items()} for name, indices in outputs.items()}


def differing(found, want):
    """(elements whose bits differ, the largest difference)"""
    assert found.dtype == want.dtype and found.shape == want.shape, (found.dtype, found.shape, want.dtype, want.shape)
    bits = f"u{want.dtype.itemsize}"
    different = found.view(bits) != want.view(bits)
    gap = np.abs(found.astype(np.float64) - want.astype(np.float64))
    return int(different.sum()), float(gap.max(initial=0))
