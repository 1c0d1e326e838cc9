// The roofs of the machine on which a target's code runs here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "autotune/roofline.h"

namespace nibble {

/// This machine's by measurement, where there is a loop for its peak; none where it can't be measured or is too busy to
/// show it. Under an emulator the target's nominal ones.
std::optional<Roofs> machine_roofs(const TargetFacts &);

/// The target with the rates of these roofs: what a schedule's model is asked with where tiles are measured.
TargetFacts facts_under(const Roofs &, TargetFacts target);

} // namespace nibble
