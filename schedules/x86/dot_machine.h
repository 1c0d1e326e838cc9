// What x86 processors do with a dot-product tile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/dot_tile.h"

namespace nibble::x86 {

DotMachine dot_machine(const Attributes &kernel, const TargetFacts &);

} // namespace nibble::x86
