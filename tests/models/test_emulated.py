# SPDX-License-Identifier: Apache-2.0
"""run_model on libraries of other processors, beyond their results, which test_networks.py compares."""

import json

import pytest

from oracle import require_target
from programs import MODELS, run


def library(target, folder):
    require_target(target)
    model = MODELS / "pretrainedResnet_quant.tflite"
    result = run("gen_kernels", f"--model={model}", f"--target={target}", f"--out={folder}", "--quiet")
    assert result.returncode == 0, result.stderr
    return folder


def bench(folder):
    result = run("run_model", f"--dir={folder}", "--bench=json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["layers"]


def test_counts_are_the_same_in_every_run(tmp_path):
    folder = library("arm-64-dotprod", tmp_path)
    layers = bench(folder)
    assert layers == bench(folder)
    convolutions = [layer for layer in layers if layer["operator"] == "conv2d"]
    assert len(convolutions) == 9
    for layer in convolutions:
        assert layer["instructions"] > layer["macs"] / 16  # of an sdot


@pytest.mark.parametrize(
    "target, an_instruction, least_shares",
    [
        ("arm-64-dotprod", 11, {"neoverse-n1": 0.85 * 32, "neoverse-v2": 0.83 * 64}),
        ("arm-64", 3.8, {"neoverse-n1": 0.93 * 8, "neoverse-v2": 0.91 * 16}),
    ],
)
def test_products_take_a_word_of_a_vector(target, an_instruction, least_shares, tmp_path):
    """The 3x3 convolution of 64 channels: no load of a single word, no spill of an accumulator in the loop."""
    folder = library(target, tmp_path)
    layer = max((layer for layer in bench(folder) if layer["operator"] == "conv2d"), key=lambda each: each["macs"] / each["instructions"])
    assert layer["macs"] / layer["instructions"] > an_instruction
    for processor, least in least_shares.items():
        assert layer["macs"] / layer["cycles"][processor] > least


@pytest.mark.parametrize("target", ["arm-64-dotprod", "arm-64", "hexagon-64-hvx"])
def test_an_arena_a_byte_too_small_is_a_status(target, tmp_path):
    """The manifest says how large an arena run_model lends."""
    folder = library(target, tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["scratch_bytes"] -= 1
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = run("run_model", f"--dir={folder}", f"--output-dir={tmp_path / 'tensors'}")
    assert result.returncode == 1 and "scratch" in result.stderr and result.stderr.count("\n") == 1, result.stderr
    assert not (tmp_path / "tensors").exists()
