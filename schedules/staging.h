// How staged source rows are filled: whole vectors, borders as runs of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble {

/// Computes `staged` (generators/panels.h) at the level, as many elements at a time as a vector has bytes.
void stage(Halide::Func staged, Algorithm &, const Halide::LoopLevel &);

} // namespace nibble
