// Where a kernel's tile comes from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "generators/kernel_request.h"
#include "schedules/schedule.h"

namespace nibble {

/// A tile that a search measured: in JSON ["mr=8,nv=3", cost, predicted].
struct TriedTile {
    Tile tile;
    double cost = 0;      ///< of one call; times of different runs by their ratios to the schedule's own
    double predicted = 0; ///< what was expected before, 0: nothing
};

void to_json(nlohmann::json &, const TriedTile &);
/// Throws nlohmann::json::exception or std::invalid_argument where it is none.
void from_json(const nlohmann::json &, TriedTile &);

/// What a kernel's call costs, as a record says (autotune/records.h).
struct MeasuredCost {
    double cost = 0;
    double default_cost = 0; ///< with the schedule's own tile
    std::string unit;        ///< "ns", "packets" or "cycles"
    int points = 0;          ///< tiles that were measured
    std::string machine;
    std::vector<TriedTile> tried; ///< the schedule's own tile first; empty where it was not kept
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
