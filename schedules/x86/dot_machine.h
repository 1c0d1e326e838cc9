// What x86 processors do with a dot-product tile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/dot_tile.h"

namespace nibble::x86 {

/// Instructions on whole vectors in a cycle: of 512-bit ones as many as the target multiplies with.
double vectors_per_cycle(const TargetFacts &);

DotMachine dot_machine(const Attributes &kernel, const TargetFacts &);

} // namespace nibble::x86
