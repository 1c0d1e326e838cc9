// What ARM processors with the dot-product extension do with a dot-product tile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/dot_tile.h"

namespace nibble::arm {

/// Outputs that are requantised together: sqxtn narrows two vectors of s32 to one of s16, and two of those to s8.
constexpr int dst_lanes = panel_lanes;

DotMachine dot_machine();

/// The passes that the calls of generators/requantise_channels.h need.
void expand_requantise(Algorithm &);

} // namespace nibble::arm
