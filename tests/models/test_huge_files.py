# SPDX-License-Identifier: Apache-2.0
"""gen_kernels and files of gigabytes, in an address space of four: refused by a line, or read."""

import json
import os
import resource
import struct
import subprocess
import sys

import pytest

from builds import GEN_KERNELS, KEYWORDS, contents, finish, start
from programs import MODELS, TESTS

sys.path.insert(0, str(TESTS / "importers"))
from tflite_patch import TflitePatch  # noqa: E402

GIB = 1 << 30


def refused_in_little_memory(path, cache, tmp_path, part):
    status, errors = finish(start(tmp_path / "out", cache, model=path, limits=[(resource.RLIMIT_AS, 4 * GIB)]))
    assert status == 1, errors
    assert errors.count("\n") == 1 and part in errors and ", expected " in errors, errors
    assert not (tmp_path / "out").exists()


def sparse(path, head, size):
    with open(path, "wb") as file:
        file.write(head)
        file.truncate(size)
    return path


def wide_tflite(path, width):
    """The autoencoder of MLPerf Tiny with `width` outputs of its first layer: 640 bytes of sparse weights for each of them."""
    patch = TflitePatch(MODELS / "ad01_int8.tflite")
    layer = patch.operator(0)
    _, weights, bias = layer.InputsAsNumpy()
    patch.set_extent(weights, 0, width)
    patch.set_extent(bias, 0, width)
    patch.set_extent(layer.Outputs(0), 1, width)
    end = len(patch.content)
    vectors = {weights: (end, 640 * width), bias: (end + 4 + 640 * width, 4 * width)}
    for tensor, (position, _) in vectors.items():
        patch.move_data(tensor, position)
    with open(path, "wb") as file:
        file.write(patch.content)
        for position, count in vectors.values():
            file.seek(position)
            file.write(struct.pack("<I", count))
        file.truncate(position + 4 + count)
    return path


HUGE_CONSTANTS = {
    "small": (1000, "operator 'fully_connected_1'"),  # the second layer doesn't fit the wider first one
    "1GiB": (1_600_000, "operator 'fully_connected_1'"),
    "almost2GiB": (3_300_000, "m.tflite: memory: "),
}


@pytest.mark.parametrize("case", sorted(HUGE_CONSTANTS))
def test_huge_constants(case, cache, tmp_path):
    width, part = HUGE_CONSTANTS[case]
    refused_in_little_memory(wide_tflite(tmp_path / "m.tflite", width), cache, tmp_path, part)


@pytest.mark.parametrize("size", [2 * GIB, 9 * GIB])
def test_huge_tflite(size, cache, tmp_path):
    refused_in_little_memory(sparse(tmp_path / "m.tflite", KEYWORDS.read_bytes(), size), cache, tmp_path, str(size))


def test_huge_file_that_is_no_tflite(cache, tmp_path):
    refused_in_little_memory(sparse(tmp_path / "m.tflite", b"", 2 * GIB - 1), cache, tmp_path, "flatbuffer")


def test_model_with_two_gib_after_it(cache, expected, tmp_path):
    path = sparse(tmp_path / "kws_ref_model.tflite", KEYWORDS.read_bytes(), 2 * GIB - 1)
    assert finish(start(tmp_path / "out", cache, model=path, limits=[(resource.RLIMIT_AS, 4 * GIB)])) == (0, "")
    assert contents(tmp_path / "out") == expected


def test_huge_model_json(cache, tmp_path):
    (tmp_path / "model").mkdir()
    sparse(tmp_path / "model/model.json", b"[", 2 * GIB)
    refused_in_little_memory(tmp_path / "model", cache, tmp_path, "model.json")


def test_huge_weights(cache, tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    (model / "model.json").write_bytes((cache.parent / "out/model/model.json").read_bytes())
    header = json.dumps({"t1": {"dtype": "I8", "shape": [2 * GIB], "data_offsets": [0, 2 * GIB]}}).encode()
    sparse(model / "weights.safetensors", struct.pack("<Q", len(header)) + header, 8 + len(header) + 2 * GIB)
    refused_in_little_memory(model, cache, tmp_path, "weights.safetensors")


def test_huge_layers(cache, tmp_path):
    path = sparse(tmp_path / "layers.json", b"[", 2 * GIB)
    process = subprocess.run(
        [GEN_KERNELS, f"--layers={path}", "--target=generic", f"--out={tmp_path / 'out'}"],
        env={**os.environ, "NIBBLE_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1 and "layers.json" in process.stderr and process.stderr.count("\n") == 1
