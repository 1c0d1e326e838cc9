// What the programs find beside themselves: target files, the runtime archives, the importers and the paths of tools.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace nibble {

/// The running program.
std::filesystem::path program_file();
/// <folder of the program>/../share/nibble.
std::filesystem::path resource_folder();

/// Programs of others that ours run, and the Halide library that nibble_kernel is linked with.
struct Tools {
    std::string python;
    std::string llvm_mc;
    std::string ld_lld;
    std::string llvm_objcopy;
    std::string llvm_ar;
    std::string llvm_mca;
    std::string llvm_objdump;
    std::string halide_library;
};

/// Reads share/nibble/tools.json, which the build and the installation write; $NIBBLE_PYTHON, where it is set, is the
/// Python that runs the importers. Throws Error.
Tools read_tools();

} // namespace nibble
