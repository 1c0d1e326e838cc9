# SPDX-License-Identifier: Apache-2.0
"""What lives in VTCM under three bounds: different plans, each within its bound, with fewer bytes off the chip and the same outputs."""

import json
import os
import pathlib
import sys

import pytest

from oracle import require_target
from programs import MODELS, ROOT, run

sys.path.append(str(ROOT / "bench"))
from model_of_layers import Model, add_gemm  # noqa: E402

KIB = 1024
BOUNDS = [256 * KIB, 1024 * KIB, 8192 * KIB]


def add_window(model, kind, name, src, sizes):
    """A convolution of a tensor of the model; returns its result."""
    height, width, channels, outputs, taps, stride = sizes
    depthwise = kind == "depthwise_conv2d"
    shape, layout, axis = ([1, taps, taps, outputs], "1HWO", 3) if depthwise else ([outputs, taps, taps, channels], "OHWI", 0)
    constants = model.constants(name, shape, layout, axis, taps * taps * (1 if depthwise else channels))
    dst = model.activation(name, [1, height // stride, width // stride, outputs], "NHWC", 7)
    attributes = {"activation": "relu6", "dilation": [1, 1], "padding": "same", "stride": [stride, stride]}
    attributes["channel_multiplier" if depthwise else "groups"] = 1
    model.add(kind, name, src, constants, dst, attributes)
    return dst


def inverted_block(folder):
    """MobileNet V2's block of 112 x 112 pixels: 16 -> 96 channels, 3x3 of stride 2, -> 24."""
    model = Model("s8")
    src = model.activation("src", [1, 112, 112, 16], "NHWC", -3)
    wide = add_window(model, "conv2d", "expand", src, [112, 112, 16, 96, 1, 1])
    small = add_window(model, "depthwise_conv2d", "depthwise", wide, [112, 112, 96, 96, 3, 2])
    dst = add_window(model, "conv2d", "project", small, [56, 56, 96, 24, 1, 1])
    model.inputs, model.outputs = [src], [dst]
    model.write(folder)
    return folder


def gemm(folder, rows, size):
    model = Model("s8")
    add_gemm(model, "gemm", [rows, size, size])
    model.write(folder)
    return folder


def pointwise(folder, rows, size):
    """The same sums as a 1x1 convolution."""
    model = Model("s8")
    src = model.activation("src", [1, rows // 32, 32, size], "NHWC", -3)
    dst = add_window(model, "conv2d", "pointwise", src, [rows // 32, 32, size, size, 1, 1])
    model.inputs, model.outputs = [src], [dst]
    model.write(folder)
    return folder


def generate(model, out, target, *flags):
    result = run("gen_kernels", f"--model={model}", f"--target={target}", f"--out={out}", "--name=m", "--quiet", *flags)
    assert result.returncode == 0, result.stderr
    return json.loads((out / "manifest.json").read_text(encoding="utf-8"))


def outputs_of(folder):
    result = run("run_model", f"--dir={folder}", f"--output-dir={folder / 'tensors'}")
    assert result.returncode == 0, result.stderr
    return {path.name: path.read_bytes() for path in (folder / "tensors").glob("*.npy")}


def plan_of(manifest):
    """What lies in VTCM: activations, and the operands that kernels stage."""
    activations = [name for block in manifest["vtcm"]["blocks"] for name in block["tensors"]]
    return activations, [sorted(entry["operand"] for entry in kernel["staging"]) for kernel in manifest["kernels"]]


def expect_whole(manifest):
    """The figures of a manifest agree with each other."""
    moved = sum(kernel["off_chip"][operand] for kernel in manifest["kernels"] for operand in ("src", "dst", "weights"))
    assert manifest["off_chip_bytes"] == moved
    for block in manifest["vtcm"]["blocks"]:
        assert block["offset"] + block["bytes"] <= manifest["vtcm"]["bytes"] <= manifest["vtcm_bytes"]
    for kernel in manifest["kernels"]:
        assert kernel["vtcm_bytes"] == sum(entry["bytes"] for entry in kernel["staging"])


def three_plans(model, folder, target, bounds):
    """The manifests of three bounds, after their outputs were compared with those of a library without vectors."""
    require_target("hexagon-64-hvx")
    manifests = []
    generate(model, folder / "generic", "generic")
    expected = outputs_of(folder / "generic")
    for bound in bounds:
        out = folder / str(bound)
        manifest = generate(model, out, target, f"--vtcm={bound}")
        assert manifest["vtcm_bytes"] <= bound
        expect_whole(manifest)
        assert outputs_of(out) == expected
        manifests.append(manifest)
    plans = [plan_of(manifest) for manifest in manifests]
    assert plans[0] != plans[1] and plans[1] != plans[2] and plans[0] != plans[2], plans
    return manifests


def test_the_block_has_three_plans(tmp_path):
    manifests = three_plans(inverted_block(tmp_path / "model"), tmp_path, "hexagon-64-hvx", BOUNDS)
    small, middle, large = [manifest["off_chip_bytes"] for manifest in manifests]
    assert small > middle > large
    # At least the caller's tensors and the weights.
    least = 112 * 112 * 16 + 56 * 56 * 24 + sum(kernel["packed_weight_bytes"] for kernel in manifests[2]["kernels"])
    assert large == least
    assert small - large == manifests[2]["vtcm"]["saved_bytes"]
    assert manifests[0]["scratch_bytes"] > manifests[1]["scratch_bytes"] > manifests[2]["scratch_bytes"]


@pytest.mark.parametrize("layer", [gemm, pointwise])
def test_a_gemm_has_three_plans(layer, tmp_path, monkeypatch):
    """A quarter of 4096 x 4096 each way, on a machine with a quarter of the cache."""
    facts = json.loads((ROOT / "targets" / "hexagon-64-hvx.json").read_text(encoding="utf-8"))
    facts["name"] = "hexagon-small"
    facts["memory"][0]["bytes"] //= 4
    targets = tmp_path / "targets"
    targets.mkdir()
    (targets / "hexagon-small.json").write_text(json.dumps(facts), encoding="utf-8")
    monkeypatch.setitem(os.environ, "NIBBLE_TARGETS", str(targets))
    manifests = three_plans(layer(tmp_path / "model", 512, 1024), tmp_path, "hexagon-small", [bound // 4 for bound in BOUNDS])
    expect_fewer_bytes(manifests, 512, 1024)


def expect_fewer_bytes(manifests, rows, size):
    small, middle, large = [manifest["off_chip_bytes"] for manifest in manifests]
    assert small > middle > large
    assert large == 2 * rows * size + manifests[2]["kernels"][0]["packed_weight_bytes"]  # each byte once
    assert [manifest["kernels"][0]["off_chip"]["saved"] for manifest in manifests][1] > 0


@pytest.mark.parametrize("rows", [128, 512])
def test_the_whole_gemm_has_three_plans(rows, tmp_path):
    manifests = three_plans(gemm(tmp_path / "model", rows, 4096), tmp_path, "hexagon-64-hvx", BOUNDS)
    if rows == 512:
        expect_fewer_bytes(manifests, rows, 4096)
    else:  # 1 MiB holds the whole source: no plan can move less
        small, middle, large = [manifest["off_chip_bytes"] for manifest in manifests]
        assert small > middle == large == 2 * rows * 4096 + manifests[2]["kernels"][0]["packed_weight_bytes"]


def refused(model, out, target, *flags):
    result = run("gen_kernels", f"--model={model}", f"--target={target}", f"--out={out}", "--name=m", "--quiet", *flags)
    assert result.returncode == 1 and result.stderr.count("\n") == 1, result.stderr
    assert not pathlib.Path(out).exists() or not list(pathlib.Path(out).iterdir())
    return result.stderr


@pytest.mark.parametrize("target", ["generic", "hexagon-64-hvx"])
def test_a_bound_on_scratch_is_kept(target, tmp_path):
    """The least that is named is enough, with the same outputs; a byte less is not."""
    require_target(target)
    model = inverted_block(tmp_path / "model")
    flags = ["--vtcm=0"] if target == "hexagon-64-hvx" else []
    free = generate(model, tmp_path / "free", target, *flags)
    line = refused(model, tmp_path / "none", target, "--scratch=0", *flags)
    assert line.startswith("--scratch: m: found 0, expected at least "), line
    least = int(line.split("at least ")[1].split(" ")[0])
    assert f"{free['arena']['bytes']} of activations" in line
    assert free["arena"]["bytes"] <= least <= free["scratch_bytes"]
    bound = generate(model, tmp_path / "bound", target, f"--scratch={least}", *flags)
    assert bound["scratch_bytes"] <= least
    assert outputs_of(tmp_path / "bound") == outputs_of(tmp_path / "free")
    assert f"found {least - 1}," in refused(model, tmp_path / "none", target, f"--scratch={least - 1}", *flags)


def test_a_bound_on_scratch_takes_lower_tiles(tmp_path):
    """A convolution's staged rows are most of its scratch."""
    model = Model("s8")
    src = model.activation("src", [1, 56, 56, 64], "NHWC", -3)
    dst = add_window(model, "conv2d", "conv", src, [56, 56, 64, 64, 3, 1])
    model.inputs, model.outputs = [src], [dst]
    model.write(tmp_path / "model")
    require_target("hexagon-64-hvx")
    free = generate(tmp_path / "model", tmp_path / "free", "hexagon-64-hvx", "--vtcm=0")
    bound = generate(tmp_path / "model", tmp_path / "bound", "hexagon-64-hvx", "--vtcm=0", f"--scratch={free['scratch_bytes'] // 2}")
    assert bound["scratch_bytes"] <= free["scratch_bytes"] // 2
    assert bound["kernels"][0]["tile"] != free["kernels"][0]["tile"]
    assert bound["kernels"][0]["tile_origin"] == "scratch"
    assert outputs_of(tmp_path / "bound") == outputs_of(tmp_path / "free")


def test_vtcm_takes_what_scratch_cannot(tmp_path):
    require_target("hexagon-64-hvx")
    model = inverted_block(tmp_path / "model")
    free = generate(model, tmp_path / "free", "hexagon-64-hvx", "--vtcm=0")
    manifest = generate(model, tmp_path / "bound", "hexagon-64-hvx", f"--scratch={free['scratch_bytes'] - free['arena']['bytes']}")
    assert manifest["arena"]["bytes"] == 0
    assert outputs_of(tmp_path / "bound") == outputs_of(tmp_path / "free")


def test_a_network_of_sums_runs_in_vtcm(tmp_path):
    """ResNet-8, whose activations the cache would keep: without an arena, and with half of one."""
    require_target("hexagon-64-hvx")
    model = MODELS / "pretrainedResnet_quant.tflite"
    free = generate(model, tmp_path / "free", "hexagon-64-hvx")
    assert not free["vtcm"]["blocks"]
    expected, kernels = outputs_of(tmp_path / "free"), free["scratch_bytes"] - free["arena"]["bytes"]
    for arena in (0, free["arena"]["bytes"] // 2):
        out = tmp_path / str(arena)
        manifest = generate(model, out, "hexagon-64-hvx", f"--scratch={kernels + arena}")
        assert manifest["arena"]["bytes"] <= arena and manifest["vtcm"]["blocks"]
        assert outputs_of(out) == expected


def test_a_vtcm_arena_of_activations_a_byte_too_small_is_a_status(tmp_path):
    require_target("hexagon-64-hvx")
    out = tmp_path / "out"
    manifest = generate(inverted_block(tmp_path / "model"), out, "hexagon-64-hvx")
    assert manifest["vtcm"]["blocks"]
    manifest["vtcm_bytes"] -= 1
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = run("run_model", f"--dir={out}", f"--output-dir={out / 'tensors'}")
    assert result.returncode == 1 and "VTCM" in result.stderr and result.stderr.count("\n") == 1, result.stderr
    assert not (out / "tensors").exists()
