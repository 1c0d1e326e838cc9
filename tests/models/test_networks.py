# SPDX-License-Identifier: Apache-2.0
"""Every activation of whole networks, byte by byte, against TFLite's reference kernels."""

import json

import numpy as np
import pytest

from oracle import TARGETS, equals, first_states, input_arrays, read_oracle, require_target, run_model
from programs import DATA, run

# network -> samples and activation tensors of them all, so that none is dropped unseen
COUNTS = {
    "coral/mobilenet_v1_0.25_128_quant": (3, 93),
    "coral/tf2_mobilenet_v2_1.0_224_ptq": (3, 204),
    "litert/matmul_quant": (2, 8),
    "litert/single_add_default_a16w8_recipe_quantized": (2, 2),
    "litert/single_add_default_a8w8_recipe_quantized": (2, 2),
    "litert/single_mul_default_a16w8_recipe_quantized": (2, 2),
    "litert/single_mul_default_a8w8_recipe_quantized": (2, 2),
    "mlperf_tiny/ad01_int8": (10, 100),
    "mlperf_tiny/kws_ref_model": (3, 39),
    "mlperf_tiny/pretrainedResnet_quant": (5, 80),
    "tflite_micro/hello_world_int8": (32, 96),
    "tflite_micro/keyword_scrambled_8bit": (2, 2),
    "tflite_micro/micro_speech_quantized": (2, 8),
}


def test_arena_is_as_small_as_what_lives_in_it(tmp_path):
    file = DATA / "coral" / "models" / "tf2_mobilenet_v2_1.0_224_ptq.tflite"
    result = run("gen_kernels", f"--model={file}", "--target=generic", f"--out={tmp_path}", "--emit=report", "--quiet")
    assert result.returncode == 0, result.stderr
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    arena = manifest["arena"]
    assert 0 < arena["largest_live_bytes"] <= arena["bytes"] <= 1.05 * arena["largest_live_bytes"]
    sums = [kernel for kernel in manifest["kernels"] if kernel["operator"] == "add"]
    assert len(sums) == 10 and all(kernel["in_place"] is not None for kernel in sums)


def test_f32_requantisation_rounds_whole_vectors(tmp_path):
    target = "x86-64-avx512_vnni"
    file = DATA / "coral" / "models" / "tf2_mobilenet_v2_1.0_224_ptq.tflite"
    result = run("gen_kernels", f"--model={file}", f"--target={target}", f"--out={tmp_path}", "--emit=asm", "--quiet")
    assert result.returncode == 0, result.stderr
    biased = 0
    for kernel in json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["kernels"]:
        function = kernel["function"].removeprefix("tf2_mobilenet_v2_1_0_224_ptq_")
        words = (tmp_path / "asm" / f"{function}.s").read_text(encoding="utf-8").split()
        if kernel["requantize"] in ("biased", "biased_mixed"):
            biased += 1
            assert "vcvtps2dq" in words and "vcvtss2si" not in words, function
    assert biased > 20


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("network", sorted(COUNTS))
def test_every_layer_is_exact(network, target, tmp_path, capsys):
    require_target(target)
    group, model = network.split("/")
    folder, oracle = tmp_path / "library", DATA / group / "oracle"
    file = DATA / group / "models" / f"{model}.tflite"
    result = run("gen_kernels", f"--model={file}", f"--target={target}", f"--out={folder}", "--quiet")
    assert result.returncode == 0, result.stderr
    arrays = oracle / f"{model}.npz"
    stored = np.load(arrays) if arrays.exists() else None  # all inputs come from seeds
    samples = read_oracle(oracle / f"{model}.layers.json")
    wrong, compared, elements = [], 0, 0
    for name, sample in samples.items():
        inputs = input_arrays(sample, stored)
        inputs += first_states(folder, len(inputs))
        found = run_model(folder, inputs, tmp_path / f"out_{name}", "--layers")
        for index, want in sample["tensors"].items():
            have = found[int(index)]
            compared, elements = compared + 1, elements + have.size
            if not equals(have, want):
                wrong.append(f"{name}|t{index}")
    outputs = run_model(folder, inputs, tmp_path / "whole")
    assert outputs and all(equals(outputs[i], sample["tensors"][str(i)]) for i in outputs if str(i) in sample["tensors"])
    with capsys.disabled():
        print(f"\n{network} on {target}: {compared} tensors, {elements} elements, {len(wrong)} tensors differ")
    assert not wrong
    assert (len(samples), compared) == COUNTS[network]
