# SPDX-License-Identifier: Apache-2.0
"""fully_connected with scales by group and floats, from a model folder to results, which numpy computes again."""

import json

import numpy as np
import pytest

from group_models import GroupModel, quantised_rows, write_together
from oracle import TARGETS, require_target, run_model
from programs import run

CASES = {
    "by_channel": ((5, 72, 40, 1), {}),
    "bytes": ((4, 61, 19, 1), {"wei": "s8"}),
    "groups": ((6, 256, 48, 8), {}),
    "half": ((5, 64, 17, 2), {"dst": "f16"}),
    "multiplied": ((5, 128, 32, 4), {"multiplied": True}),
    "quantised": ((9, 64, 16, 1), {"dst": "s8"}),
    "split": ((4, 256, 16, 8), {"k_split": 2}),
    "static": ((4, 64, 21, 2), {"src": "s8"}),
    "static_quantised": ((4, 96, 32, 3), {"src": "s8", "dst": "s8"}),
    "unsigned": ((7, 128, 33, 4), {"wei": "u4"}),
    "unsigned_multiplied": ((2, 64, 16, 2), {"wei": "u4", "multiplied": True}),
}
WITHOUT_F32 = ["hexagon-64-hvx"]  # vectors, in which scales by group are applied


def scales_groups(model):
    return model.groups > 1 and not model.multiplied


def generate(model, target, folder):
    out = folder / "library"
    return out, run("gen_kernels", f"--model={model}", f"--target={target}", f"--out={out}", "--quiet")


@pytest.mark.parametrize("target", TARGETS)
def test_equals_f32_steps(target, tmp_path):
    require_target(target)
    models = {name: GroupModel(*shape, **form) for name, (shape, form) in CASES.items()}
    if target in WITHOUT_F32:
        models = {name: model for name, model in models.items() if not scales_groups(model)}
    out, result = generate(write_together(models, tmp_path / "model"), target, tmp_path)
    assert result.returncode == 0, result.stderr
    sources = [model.source() for model in models.values()]
    found = run_model(out, sources, tmp_path / "tensors")
    for i, (name, model) in enumerate(models.items()):
        np.testing.assert_array_equal(found[4 * i + 3], model.expected(sources[i]), err_msg=name, strict=True)


@pytest.mark.parametrize("target", WITHOUT_F32)
def test_scales_by_group_need_vectors_of_f32(target, tmp_path):
    out, result = generate(GroupModel(2, 64, 16, 4).write(tmp_path / "model"), target, tmp_path)
    assert result.returncode == 1 and result.stderr.count("\n") == 1 and not out.exists()
    for part in ("dense", "scales of groups", "group_multiplier", f"{target} has no vectors of f32"):
        assert part in result.stderr, result.stderr


def test_weights_are_packed_in_half_bytes(tmp_path):
    model = GroupModel(1, 1024, 1024, 8)
    out, result = generate(model.write(tmp_path / "model"), "generic", tmp_path)
    assert result.returncode == 0, result.stderr
    (kernel,) = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["kernels"]
    assert kernel["packed_weight_bytes"] - 4 * model.scale.size - 4 * model.n <= 4.1 / 8 * 1024 * 1024
    assert kernel["types"] == "qd8_qb4w"


def edited(model, folder, edit):
    """The single line that gen_kernels says of a model after an edit of its JSON."""
    path = model.write(folder / "model")
    text = json.loads((path / "model.json").read_text(encoding="utf-8"))
    edit(text)
    (path / "model.json").write_text(json.dumps(text), encoding="utf-8")
    result = run("gen_kernels", f"--model={path}", "--target=generic", f"--out={folder / 'library'}", "--quiet")
    assert result.returncode == 1 and not (folder / "library").exists()
    return result.stderr


def wei(**keys):
    return lambda text: text["tensors"][1]["quantization"].update(keys)


def op(**keys):
    return lambda text: text["operators"][0].update(keys)


BAD = {
    "axis": (False, wei(axis=0, group_size=16), ["wei", "quantization.axis", "found 0", "expected 1"]),
    "group_of_12": (False, wei(group_size=12), ["wei", "quantization.group_size"]),
    "k_split": (False, op(k_split=3), ["dense", "k_split", "found 3", "divisor of 4 groups"]),
    "multiplier": (True, wei(group_multiplier=[17] * 64), ["group_multiplier", "17"]),
    "multipliers": (True, wei(group_multiplier=[1] * 63), ["group_multiplier", "63 numbers", "expected 64"]),
    "rounding": (False, op(rounding="double"), ["dense", "rounding", "double", "none"]),
    "scale": (False, wei(scale=[3e38] * 64), ["wei", "quantization.scale[0]", "2^120"]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_models_are_refused(name, tmp_path):
    multiplied, edit, parts = BAD[name]
    text = edited(GroupModel(2, 64, 16, 4, multiplied=multiplied), tmp_path, edit)
    assert any(all(part in line for part in parts) for line in text.splitlines()), text


@pytest.mark.parametrize("target", TARGETS)
def test_rows_alone(target, tmp_path):
    require_target(target)
    m, k = 6, 83
    tensors = [
        {"name": name, "shape": shape, "layout": "", "dtype": dtype, "quantization": None}
        for name, shape, dtype in (("src", [m, k], "f32"), ("dst", [m, k], "s8"), ("scale", [m, 1], "f32"))
    ]
    operator = {"type": "quantize_rows", "name": "rows", "inputs": [0], "outputs": [1, 2], "attributes": {}, "rounding": "none", "k_split": 1}
    folder = GroupModel(m, k, 1, 1).write(tmp_path / "model")
    model = {"nibble": 1, "tensors": tensors, "operators": [operator], "inputs": [0], "outputs": [1, 2]}
    (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")
    (folder / "weights.safetensors").write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
    result = run("gen_kernels", f"--model={folder}", f"--target={target}", f"--out={tmp_path / 'library'}", "--quiet")
    assert result.returncode == 0, result.stderr
    source = GroupModel(m, k, 1, 1).source()
    found = run_model(tmp_path / "library", [source], tmp_path / "tensors")
    values, scale = quantised_rows(source)
    assert np.array_equal(found[1], values) and np.array_equal(found[2][:, 0], scale)
