// Where a kernel's tile comes from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "generators/kernel_request.h"
#include "schedules/schedule.h"

namespace nibble {

/// What a kernel's call costs, as a record says (autotune/records.h).
struct MeasuredCost {
    double cost = 0;
    double default_cost = 0; ///< with the schedule's own tile
    std::string unit;        ///< "ns", "packets" or "cycles"
    int points = 0;          ///< tiles that were measured
    std::string machine;
};

void to_json(nlohmann::json &, const MeasuredCost &);

struct TileChoice {
    Tile tile;
    std::string origin; ///< "record", "nearest" (record), "model" of the schedule, or "default"
    std::optional<MeasuredCost> measured;
};

/// Chooses the tile of a request that is whole but for it, from the space of its schedule.
using ChooseTile = std::function<TileChoice(const KernelRequest &, const TileSpace &, const TargetFacts &)>;

/// The tile that the schedule prefers: by its model, where it has one.
TileChoice default_tile(const KernelRequest &, const TileSpace &, const TargetFacts &);

} // namespace nibble
