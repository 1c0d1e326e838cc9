"""Each operator has its row and all its files, and no file is without a row. SPDX-License-Identifier: Apache-2.0"""

import re

from tree import ROOT, expect_same

ROWS = re.findall(r"operators::(\w+)_row\(\)", (ROOT / "compiler/operator_table.cpp").read_text())
SCHEDULES = re.findall(r'\{"(\w+)",\s*"(\w+)",\s*"(\w+)"', (ROOT / "schedules/table.cpp").read_text())

# Operators that are a function of single bytes share a kernel.
SHARED_KERNEL = "lookup"


def kernel_of(row):
    shared = f"return {SHARED_KERNEL}_row(" in (ROOT / f"compiler/operators/{row}.cpp").read_text()
    return SHARED_KERNEL if shared else row


KERNELS = [kernel_of(row) for row in ROWS]
GENERATORS = [
    (name, path.stem)
    for path in (ROOT / "generators").glob("*.cpp")
    for name in re.findall(r"HALIDE_REGISTER_GENERATOR\([\w:]+,\s*(\w+)", path.read_text())
]


def stems(folder, pattern="*.cpp"):
    return {path.stem for path in (ROOT / folder).glob(pattern)}


def test_rows_are_sorted_and_unique():
    assert ROWS == sorted(set(ROWS))


def test_row_files():
    expect_same(stems("compiler/operators"), ROWS, "compiler/operators")


def test_references():
    expect_same(stems("runtime/reference"), ROWS, "runtime/reference")


def test_generators():
    expect_same((name for name, _ in GENERATORS), KERNELS, "generators")
    assert not [(name, file) for name, file in GENERATORS if name != file], "a generator's file has its name"


def test_schedules():
    assert SCHEDULES == sorted(set(SCHEDULES))
    expect_same((op for op, _, family in SCHEDULES if family == "generic"), KERNELS, "generic schedules")
    expect_same((op for op, _, _ in SCHEDULES), KERNELS, "schedules")
    families = [path.name for path in (ROOT / "schedules").iterdir() if path.is_dir()]
    expect_same((family for _, _, family in SCHEDULES), families, "schedule families")
