# SPDX-License-Identifier: Apache-2.0
"""run_model on libraries of other processors, beyond their results, which test_networks.py compares."""

import json
import os
import subprocess
import sys

import pytest

from oracle import require_target
from programs import MODELS, ROOT, run


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
    refuses(folder, manifest, "scratch")


def refuses(folder, manifest, word):
    """run_model with an arena as the manifest says ends with one line about it, and no output."""
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = run("run_model", f"--dir={folder}", f"--output-dir={folder / 'tensors'}")
    assert result.returncode == 1 and word in result.stderr and result.stderr.count("\n") == 1, result.stderr
    assert not (folder / "tensors").exists()


def staging_library(folder, *options, target="hexagon-64-hvx"):
    """A convolution whose weights are staged in VTCM, at least untuned, and a product of the same kind."""
    require_target("hexagon-64-hvx")
    model = folder / "layers"
    if not model.exists():
        layers = folder / "layers.csv"
        layers.write_text("conv,conv,9,14,256,128,3,3,1,1\ngemm,gemm,96,1024,256\n", encoding="utf-8")
        command = [sys.executable, str(ROOT / "bench" / "model_of_layers.py"), str(layers), str(model)]
        subprocess.run(command, check=True)
    out = folder / "-".join((target, *options))
    result = run("gen_kernels", f"--model={model}", f"--target={target}", f"--out={out}", "--name=m", "--quiet", *options)
    assert result.returncode == 0, result.stderr
    return out, json.loads((out / "manifest.json").read_text(encoding="utf-8"))


def test_weights_on_their_way_through_vtcm_give_the_same_bytes(tmp_path):
    staged, manifest = staging_library(tmp_path)
    unstaged, without = staging_library(tmp_path, "--vtcm=0")
    assert [kernel["tile"]["vtcm"] for kernel in manifest["kernels"]] == [1, 1]
    assert manifest["vtcm_bytes"] == max(kernel["vtcm_bytes"] for kernel in manifest["kernels"]) > 0
    assert [kernel["bytes"]["vtcm"] for kernel in manifest["kernels"]] == [9 * 256 * 128, 1024 * 256]
    assert f"#define M_VTCM_BYTES {manifest['vtcm_bytes']}\n" in (staged / "m.h").read_text(encoding="utf-8")
    assert without["vtcm_bytes"] == 0
    assert outputs_of(staged) == outputs_of(unstaged)


def outputs_of(folder):
    """The bytes of each output, by the file's name."""
    result = run("run_model", f"--dir={folder}", f"--output-dir={folder / 'tensors'}")
    assert result.returncode == 0, result.stderr
    outputs = {path.name: path.read_bytes() for path in (folder / "tensors").glob("*.npy")}
    assert len(outputs) == 2
    return outputs


@pytest.mark.parametrize("level", [65, 68])
def test_other_levels_of_hexagon_give_the_same_bytes(level, tmp_path, monkeypatch):
    facts = (ROOT / "targets" / "hexagon-64-hvx.json").read_text(encoding="utf-8")
    targets = tmp_path / "targets"
    targets.mkdir()
    facts = facts.replace("hvx_v66", f"hvx_v{level}").replace('"name": "hexagon-64-hvx"', f'"name": "hexagon-v{level}"')
    (targets / f"hexagon-v{level}.json").write_text(facts, encoding="utf-8")
    expected = outputs_of(staging_library(tmp_path)[0])
    monkeypatch.setitem(os.environ, "NIBBLE_TARGETS", str(targets))
    folder, manifest = staging_library(tmp_path, target=f"hexagon-v{level}")
    assert f"hvx_v{level}" in manifest["halide_target"]
    assert outputs_of(folder) == expected


def test_a_vtcm_arena_a_byte_too_small_is_a_status(tmp_path):
    folder, manifest = staging_library(tmp_path)
    manifest["vtcm_bytes"] -= 1
    refuses(folder, manifest, "VTCM")
