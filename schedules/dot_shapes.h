// The dot-product operators as their tile sees them, on any processor.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/dot_tile.h"

namespace nibble {

DotShape conv2d_shape(const Attributes &kernel, const TargetFacts &, const DotMachine &);
/// batch_matmul's too.
DotShape fully_connected_shape(const Attributes &kernel, const TargetFacts &, const DotMachine &);
DotShape transpose_conv2d_shape(const Attributes &kernel, const TargetFacts &, const DotMachine &);

} // namespace nibble
