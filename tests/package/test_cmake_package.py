"""find_package(nibble) and nibble_add_kernels in projects of others, with the oldest CMake. SPDX-License-Identifier: Apache-2.0"""

import os
import time

import pytest
from conftest import ROOT

CMAKE = os.environ["NIBBLE_OLDEST_CMAKE"]
EXAMPLES = ROOT / "examples"

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES C)
find_package(nibble REQUIRED)
nibble_add_kernels(small_kernels {arguments})
add_executable(small main.c)
target_link_libraries(small PRIVATE small_kernels)
"""
LAYERS = "TARGET generic LAYERS layers.csv"
LAYERS_CSV = "gemm,small,1,64,16\n"
MAIN = """#include "small_kernels.h"
int main(void) { return small_kernels_supported() ? 0 : 1; }
"""
# Built for this machine, but by the rules of a cross build: no program of the target runs, and no package of the host is found.
TOOLCHAIN = """
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_CROSSCOMPILING_EMULATOR /bin/false)
set(CMAKE_FIND_ROOT_PATH ${CMAKE_CURRENT_LIST_DIR}/sysroot)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
"""


@pytest.fixture(name="project")
def small_project(tmp_path):
    folder = tmp_path / "small project"
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(PROJECT.format(arguments=LAYERS))
    (folder / "layers.csv").write_text(LAYERS_CSV)
    (folder / "main.c").write_text(MAIN)
    return folder


def configure(machine, installed, source, build, *flags):
    return machine.run(CMAKE, "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={installed}", *flags)


def build_project(machine, installed, source, build, *flags):
    result = configure(machine, installed, source, build, *flags)
    assert result.returncode == 0, result.stderr
    return machine.expect(CMAKE, "--build", build)


def test_oldest_cmake(machine):
    """Debian 12's, which the package has to work with."""
    assert machine.expect(CMAKE, "--version").startswith("cmake version 3.25.")


def test_c_example(machine, installed, tmp_path):
    build = tmp_path / "build here"
    build_project(machine, installed, EXAMPLES / "c", build, "-G", "Unix Makefiles")
    for name in ("bird", "cat"):
        assert machine.expect(build / "classify_picture", EXAMPLES / f"data/{name}.ppm") == f"{name} (0.996)\n"


def test_cpp_example(machine, installed, tmp_path):
    build = tmp_path / "build here"
    build_project(machine, installed, EXAMPLES / "cpp", build, "-G", "Ninja")
    assert machine.expect(build / "spot_keyword", EXAMPLES / "data/on.mfcc").startswith("on (0.996)\n")


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_generates_again_when_an_input_changes(machine, installed, project, tmp_path, generator):
    build = tmp_path / "build"
    archive = build / "small_kernels/libsmall_kernels.a"
    build_project(machine, installed, project, build, "-G", generator)
    first = archive.stat().st_mtime_ns
    machine.expect(CMAKE, "--build", build)
    assert archive.stat().st_mtime_ns == first

    changed = time.time() + 2
    os.utime(project / "layers.csv", (changed, changed))
    machine.expect(CMAKE, "--build", build)
    second = archive.stat().st_mtime_ns
    assert second != first

    os.utime(archive, (changed, changed))
    target = installed / "share/nibble/targets/generic.json"
    os.utime(target, (changed + 2, changed + 2))
    machine.expect(CMAKE, "--build", build)
    assert archive.stat().st_mtime_ns not in (first, second, int(changed * 1e9))
    os.utime(target)


def test_cross_build(machine, installed, project, tmp_path):
    (tmp_path / "toolchain.cmake").write_text(TOOLCHAIN)
    flags = [f"-DCMAKE_TOOLCHAIN_FILE={tmp_path / 'toolchain.cmake'}", f"-Dnibble_DIR={installed / 'lib/cmake/nibble'}"]
    build_project(machine, installed, project, tmp_path / "build", "-G", "Ninja", *flags)
    machine.expect(tmp_path / "build/small")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("TARGET vax LAYERS layers.csv", "TARGET: found vax, expected host, arm-64"),
        ("LAYERS layers.csv", "TARGET: found , expected host, arm-64"),
        ("TARGET generic", "expected one of them"),
        ("TARGET generic LAYERS a MODEL b", "expected one of them"),
        ("TARGET generic LAYERS a NAME 1st", "NAME: found 1st, expected a C identifier"),
        ("TARGET generic LAYERS a NAME nibble_x", "NAME: found nibble_x, expected a C identifier"),
        ("TARGET generic LAYERS a VERBOSE", "found VERBOSE, expected TARGET <name>"),
    ],
)
def test_wrong_usage(machine, installed, project, tmp_path, arguments, complaint):
    (project / "CMakeLists.txt").write_text(PROJECT.format(arguments=arguments))
    result = configure(machine, installed, project, tmp_path / "build")
    assert result.returncode == 1
    assert complaint in " ".join(result.stderr.split())


def test_broken_model_stops_the_build(machine, installed, project, tmp_path):
    (project / "layers.csv").write_text("no table")
    assert configure(machine, installed, project, tmp_path / "build", "-G", "Ninja").returncode == 0
    result = machine.run(CMAKE, "--build", tmp_path / "build")
    assert result.returncode != 0
    assert "layers.csv" in result.stdout and "expected" in result.stdout
    assert not list((tmp_path / "build/small_kernels").iterdir())
