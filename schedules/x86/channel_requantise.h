// Requantisation by channel on x86: what it costs, and the passes that write it in instructions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::x86 {

/// Instructions that take a vector of accumulators to stored s8.
double requantise_instructions(const Attributes &kernel, const TargetFacts &);

/// The passes that the calls of generators/requantise_channels.h need.
void expand_requantise(Algorithm &);

} // namespace nibble::x86
