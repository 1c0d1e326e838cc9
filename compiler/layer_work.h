// What a compiled layer has to do, as the roofline model asks it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "autotune/roofline.h"
#include "compiler/program.h"

namespace nibble {

/// Known before the kernel is built: nothing that a tile stages elsewhere is in it.
KernelWork work_of(const CompiledLayer &, const TargetFacts &);

} // namespace nibble
