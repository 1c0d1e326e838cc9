// What --scratch asks for: tiles whose kernels take less of the scratch arena.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "compiler/program.h"

namespace nibble {

/// Builds the kernels of a program that has nothing else.
using BuildTiles = std::function<void(Program &)>;

/// Makes <NAME>_SCRATCH_BYTES of a program whose kernels are built at most `bytes`: of a kernel that takes more than
/// the activations leave, tiles with one parameter lower are built, and the one that takes least replaces it, until it
/// fits. Throws Error with the least bytes that the program can do with.
void fit_scratch(Program &program, int64_t bytes, const BuildTiles &build);

} // namespace nibble
