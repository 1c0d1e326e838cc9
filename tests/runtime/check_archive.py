#!/usr/bin/env python3
"""Checks that an archive of the shipped runtime stands alone: check_archive.py NM READELF ARCHIVE.

Each global is nibble_* or one of Halide's hooks; nothing is undefined but what another member defines and the three
functions that a compiler may call by itself; no section is writable; no build path is inside.
SPDX-License-Identifier: Apache-2.0
"""
import os
import re
import subprocess
import sys

FROM_LIBC = {"memcpy", "memmove", "memset"}
HOOKS = {"halide_malloc", "halide_free", "halide_do_par_for"}


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols(nm, archive):
    """(type letter, name) of every symbol of every member."""
    return re.findall(r"^[0-9a-f]*\s+([A-Za-z]) (\S+)$", output_of(nm, archive), re.MULTILINE)


def writable_sections(readelf, archive):
    """Names of the sections that are writable and not empty."""
    row = re.compile(r"\]\s+(\S+)\s+[A-Z_]+\s+[0-9a-f]+\s+[0-9a-f]+\s+([0-9a-f]+)\s+\d+\s+([A-Za-z]*)\s")
    rows = row.findall(output_of(readelf, "-S", "-W", archive))
    if not any("A" in flags for _, _, flags in rows):
        raise ValueError("no sections recognised in readelf's output")
    return [name for name, size, flags in rows if "W" in flags and int(size, 16) > 0]


def findings(nm, readelf, archive):
    table = symbols(nm, archive)
    defined = {name for letter, name in table if letter in "TDBRVW"}
    undefined = {name for letter, name in table if letter in "Uvw"}
    for name in sorted(undefined - defined - FROM_LIBC):
        yield f"undefined symbol {name}, expected none but {sorted(FROM_LIBC)}"
    for name in sorted(defined):
        if not name.startswith("nibble_") and name not in HOOKS:
            yield f"global symbol {name}, expected nibble_* or one of {sorted(HOOKS)}"
    for name in sorted({"nibble_plan_run"} | HOOKS):
        if name not in defined:
            yield f"no symbol {name}"
    for name in writable_sections(readelf, archive):
        yield f"writable section {name}, expected none"
    with open(archive, "rb") as file:
        if os.path.dirname(os.path.abspath(archive)).encode() in file.read():
            yield "the build folder's path, expected none"


def main():
    nm, readelf, archive = sys.argv[1:]
    found = list(findings(nm, readelf, archive))
    for finding in found:
        print(f"{archive}: {finding}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
