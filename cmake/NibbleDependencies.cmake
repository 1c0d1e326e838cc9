# Everything that Nibble is built with. scripts/setup installs all of it.
# SPDX-License-Identifier: Apache-2.0
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# The Halide wheel keeps its packages in lib64, which find_package does not search on Debian.
execute_process(
  COMMAND "${Python3_EXECUTABLE}" -c "import halide, pathlib; print(pathlib.Path(halide.__file__).parent)"
  OUTPUT_VARIABLE NIBBLE_HALIDE_ROOT OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(Halide_DIR "${NIBBLE_HALIDE_ROOT}/lib64/cmake/Halide")
set(HalideHelpers_DIR "${NIBBLE_HALIDE_ROOT}/lib64/cmake/HalideHelpers")
# Unasked, Halide looks for its Python bindings too, which would need Python's headers.
set(CMAKE_DISABLE_FIND_PACKAGE_Halide_Python ON)
find_package(Halide 21.0.0 EXACT REQUIRED COMPONENTS shared Halide)
# Halide.h's assertions name their file: no program should know where it was built.
target_compile_options(Halide::Halide INTERFACE "-fmacro-prefix-map=${NIBBLE_HALIDE_ROOT}/=")

find_package(nlohmann_json 3.10 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(fmt 9.1 REQUIRED)
find_package(GTest 1.12 REQUIRED)
find_package(benchmark 1.7 REQUIRED)
find_package(Threads REQUIRED)

# LLVM's own assembler, linker and objcopy join the kernels of every target; its compiler and archiver build the runtime of
# those that are not the host, whose instructions llvm-objdump and llvm-mca read. 19 is what both Debian 12 and Ubuntu 24.04 have.
foreach(tool IN ITEMS clang ld.lld llvm-ar llvm-mc llvm-mca llvm-objcopy llvm-objdump)
  string(MAKE_C_IDENTIFIER "NIBBLE_${tool}" variable)
  string(TOUPPER "${variable}" variable)
  find_program(${variable} NAMES ${tool}-19 PATHS /usr/lib/llvm-19/bin REQUIRED)
endforeach()
