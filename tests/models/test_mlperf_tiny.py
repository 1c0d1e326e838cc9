# SPDX-License-Identifier: Apache-2.0
"""Every activation of the MLPerf Tiny models, byte by byte, against TFLite's reference kernels."""

import hashlib
import json

import numpy as np
import pytest

from programs import DATA, MODELS, run

ORACLE = DATA / "mlperf_tiny" / "oracle"
# model -> samples with real inputs and activation tensors of them all, so that none is dropped unseen
COUNTS = {"ad01_int8": (8, 80), "kws_ref_model": (1, 13), "pretrainedResnet_quant": (3, 48)}
TARGETS = ["x86-64-avx512_vnni", "generic"]


def target_runs_here(target):
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        flags = next(line for line in info if line.startswith("flags")).split()
    needed = {"avx512_vnni", "avx512_vbmi2", "avx512_bf16", "gfni"}
    return target == "generic" or needed <= set(flags)


def samples_of(inputs):
    return sorted({key.split("|")[0] for key in inputs.files if "|in" in key})


def activations(folder, inputs, sample, out):
    """Tensor index -> array, from run_model --layers."""
    arguments = []
    for key in sorted(key for key in inputs.files if key.startswith(f"{sample}|in")):
        file = out.parent / f"{sample}_{key.split('|')[1]}.npy"
        np.save(file, inputs[key])
        arguments.append(f"--input={file}")
    result = run("run_model", f"--dir={folder}", *arguments, f"--output-dir={out}", "--layers")
    assert result.returncode == 0, result.stderr
    return {file.stem: np.load(file) for file in out.glob("t*.npy")}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("model", sorted(COUNTS))
def test_every_layer_is_exact(model, target, tmp_path, capsys):
    if not target_runs_here(target):
        pytest.skip(f"this CPU lacks instructions of {target}")
    folder = tmp_path / "library"
    result = run("gen_kernels", f"--model={MODELS / model}.tflite", f"--target={target}", f"--out={folder}", "--quiet")
    assert result.returncode == 0, result.stderr
    inputs = np.load(ORACLE / f"{model}.npz")
    oracle = json.loads((ORACLE / f"{model}.layers.json").read_text(encoding="utf-8"))["samples"]
    wrong, compared, elements = [], 0, 0
    for sample in samples_of(inputs):
        found = activations(folder, inputs, sample, tmp_path / f"out_{sample}")
        for index, want in oracle[sample]["tensors"].items():
            have = found[f"t{index}"]
            assert list(have.shape) == want["shape"] and have.dtype == want["dtype"], index
            compared, elements = compared + 1, elements + have.size
            if hashlib.sha256(have.tobytes()).hexdigest() != want["sha256"]:
                wrong.append(f"{sample}|t{index}")
    with capsys.disabled():
        print(f"\n{model} on {target}: {compared} tensors, {elements} elements, {len(wrong)} tensors differ")
    assert not wrong
    assert (len(samples_of(inputs)), compared) == COUNTS[model]
