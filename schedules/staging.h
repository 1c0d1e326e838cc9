// How staged source rows are filled: whole vectors, borders as runs of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble {

/// Computes `staged` (generators/panels.h) at the level, `lanes` elements at a time.
void stage(Halide::Func staged, Algorithm &, const Halide::LoopLevel &, int lanes);

} // namespace nibble
