// How staged source rows are filled: whole vectors, borders as runs of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::x86 {

constexpr int vector_bytes = 64; ///< of a zmm register

/// Computes `staged` (generators/panels.h) at the level, in bytes of a zmm register.
void stage(Halide::Func staged, Algorithm &, const Halide::LoopLevel &);

} // namespace nibble::x86
