// What a dot-product tile costs on a processor family, by its DotMachine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/dot_tile.h"
#include "schedules/prediction.h"

namespace nibble {

/// Products, loads, the accumulators' latency and the weights' way to the core overlap; requantisation, staging and
/// loops are added.
Prediction predict_dot(const DotShape &, const TargetFacts &, const Tile &);

/// Adds what the weights' way to the core takes. They pass once for each strip; panels that do not stay in the nearest
/// memory, once for each tile.
void add_weight_reads(Prediction &, const DotShape &, const TargetFacts &, const Tile &);

} // namespace nibble
