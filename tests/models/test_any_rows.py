# SPDX-License-Identifier: Apache-2.0
"""gen_kernels --any-rows: functions that take the number of rows at run time, on every target."""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

from group_models import GroupModel
from oracle import EMULATORS, TARGETS, require_target, run_model
from programs import ROOT, TESTS, run

GUESTS = {"arm-64-dotprod": "aarch64", "arm-64": "aarch64", "hexagon-64-hvx": "hexagon"}
FLAGS = {"aarch64": ["--target=aarch64-linux-gnu"], "hexagon": ["--target=hexagon-unknown-elf", "-mcpu=hexagonv66", "-mhvx", "-G0"]}


def generate(source, target, out, *flags):
    return run("gen_kernels", source, f"--target={target}", f"--out={out}", "--name=rows", "--quiet", *flags)


def tool(*command):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr


def build_and_run(target, library, folder, *flags):
    """-> the exit status of any_rows.c with the library."""
    source, program = TESTS / "models" / "any_rows.c", folder / "any_rows"
    processor = GUESTS.get(target)
    if processor is None:
        tool("clang-19", "-O1", *flags, f"-I{library}", source, library / "librows.a", "-o", program)
        return subprocess.run([program], timeout=120, check=False).returncode
    flags = [*FLAGS[processor], *flags, "-O1", "-ffreestanding", "-fno-builtin", "-DNIBBLE_GUEST", f"-I{library}", f"-I{ROOT}", f"-I{ROOT / 'runtime' / 'include'}"]
    tool("clang-19", *flags, "-c", source, "-o", folder / "any_rows.o")
    guest = pathlib.Path(os.environ["NIBBLE_BIN"]).parent / "share" / "nibble" / "runtime" / processor / "libnibble_guest.a"
    tool("ld.lld-19", "-static", "-o", program, folder / "any_rows.o", guest, library / "librows.a")
    emulator = EMULATORS.get(target, "qemu-hexagon")
    return subprocess.run([emulator, program], timeout=120, check=False).returncode


@pytest.mark.parametrize("weights", ["s8", "s4"])
@pytest.mark.parametrize("target", TARGETS)
def test_any_number_of_rows_is_that_many_times_one(target, weights, tmp_path):
    require_target(target)
    attributes = {"m": 5, "k": 128, "n": 128, "src_zero": -3, "dst_zero": 4, "s4": int(weights == "s4")}
    layers = tmp_path / "layers.json"
    layers.write_text(json.dumps([{"name": "dense", "operator": "fully_connected", "attributes": attributes}]), encoding="utf-8")
    result = generate(f"--layers={layers}", target, tmp_path / "library", "--any-rows")
    assert result.returncode == 0, result.stderr
    largest = {"s8": 127, "s4": 7}[weights]
    assert build_and_run(target, tmp_path / "library", tmp_path, f"-DLARGEST_WEIGHT={largest}") == 0


CALLER = """
#include "rows.h"
#include <stdio.h>
#include <stdlib.h>
static _Alignas(128) unsigned char scratch[ROWS_SCRATCH_BYTES + 1];
int main(int argc, char **argv) {
    size_t rows = strtoul(argv[1], NULL, 10), src = rows * 256 * 4, dst = rows * 48 * 4;
    void *from = malloc(src), *to = malloc(dst);
    nibble_context context = {sizeof(nibble_context), NIBBLE_ABI_VERSION, scratch, sizeof(scratch) - 1, NULL, 0, NULL, NULL, NULL, 0, 0};
    const void *const inputs[] = {from};
    void *const outputs[] = {to};
    if (argc != 2 || fread(from, 1, src, stdin) != src || rows_dense_rows(&context, inputs, outputs, rows) != NIBBLE_OK) return 1;
    return fwrite(to, 1, dst, stdout) == dst ? 0 : 2;
}
"""


@pytest.mark.parametrize("rows", [1, 6, 70])
def test_a_models_layer_takes_any_rows_of_f32(rows, tmp_path):
    model = GroupModel(6, 256, 48, 8)
    result = generate(f"--model={model.write(tmp_path / 'model')}", "host", tmp_path / "library", "--any-rows")
    assert result.returncode == 0, result.stderr
    (tmp_path / "caller.c").write_text(CALLER, encoding="utf-8")
    tool("clang-19", f"-I{tmp_path / 'library'}", tmp_path / "caller.c", tmp_path / "library" / "librows.a", "-o", tmp_path / "caller")
    source = np.random.default_rng(rows).normal(size=(rows, 256)).astype(np.float32)
    model.m = rows
    found = subprocess.run([tmp_path / "caller", str(rows)], input=source.tobytes(), capture_output=True, timeout=60, check=True).stdout
    np.testing.assert_array_equal(np.frombuffer(found, np.float32).reshape(rows, 48), model.expected(source))


def test_the_manifest_names_the_kernels_and_the_library_runs_as_before(tmp_path):
    model = GroupModel(6, 256, 48, 8)
    result = generate(f"--model={model.write(tmp_path / 'model')}", "host", tmp_path / "library", "--any-rows")
    assert result.returncode == 0, result.stderr
    (kernel,) = json.loads((tmp_path / "library" / "manifest.json").read_text(encoding="utf-8"))["kernels"]
    assert [entry["rows"] for entry in kernel["row_kernels"]] == [64, 16, 4, 1]
    source = model.source()
    np.testing.assert_array_equal(run_model(tmp_path / "library", [source], tmp_path / "tensors")[3], model.expected(source))


@pytest.mark.parametrize(
    "line, target, parts",
    [
        ("gemm,dense,5,100,128", "hexagon-64-hvx", ["--any-rows", "'dense'", "'src'", "rows of 100 bytes", "128"]),
        ("conv,stem,8,8,3,16,3,3,1,1", "generic", ["--any-rows", "no such layer", "fully connected"]),
        ("gemm,dense,5,128,128", "cuda-sm80", ["--any-rows", "cuda-sm80", "a GPU"]),
    ],
)
def test_what_can_have_no_rows_is_refused(line, target, parts, tmp_path):
    layers = tmp_path / "layers.csv"
    layers.write_text(line + "\n", encoding="utf-8")
    result = generate(f"--layers={layers}", target, tmp_path / "library", "--any-rows")
    assert result.returncode == 1 and result.stderr.count("\n") == 1 and not (tmp_path / "library").exists()
    assert all(part in result.stderr for part in parts), result.stderr
