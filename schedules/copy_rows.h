// Copies whose rows are dense in source and destination.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble {

/// Elements of `bits` bits in a vector of the target.
int copied_lanes(int64_t bits, const TargetFacts &);
/// Vectorises an update of a Func over its domain's innermost dimension of `extent` elements: vectors of at most `vec`,
/// the last one masked where `masks` says that it can be; single elements are unrolled.
void schedule_row_update(Halide::Stage update, const Halide::RVar &, int64_t extent, int vec, bool masks);

} // namespace nibble
