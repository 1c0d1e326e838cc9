// What ARM processors do with a dot-product tile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/dot_tile.h"

namespace nibble::arm {

/// Outputs that are requantised together: sqxtn narrows two vectors of s32 to one of s16, and two of those to s8.
constexpr int dst_lanes = 16;

DotMachine dot_machine(const Attributes &kernel);

/// Stages rows with padding at `level`. Others are read where they lie: the products take s8 as it is.
void stage_padded(Halide::Func staged, Algorithm &, const Halide::LoopLevel &level);

/// The passes that the calls of generators/requantise_channels.h need.
void expand_requantise(Algorithm &);

} // namespace nibble::arm
