// What a schedule file offers: its legal tiles, the one that works untuned, and the directives.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "compiler/layer.h"
#include "compiler/target.h"
#include "schedules/prediction.h"

namespace nibble {

/// A point of a schedule's tile space: parameter name -> value. Tiles never change results.
using Tile = std::map<std::string, int>;

/// "mr=8,nv=3", sorted by name; parse_tile is its inverse and throws std::invalid_argument.
std::string to_string(const Tile &);
Tile parse_tile(const std::string &);

/// The tile space of one operator, lowering and schedule family. `kernel` are the kernel's parameters.
struct TileSpace {
    std::vector<Tile> (*legal)(const Attributes &kernel, const TargetFacts &);
    Tile (*preferred)(const Attributes &kernel, const TargetFacts &);
    /// True where the kernel of an elementwise operator reads each element before it writes that place, and never
    /// after: dst may then be written over a source. nullptr: never.
    bool (*in_place)(const Attributes &kernel, const Tile &) = nullptr;
    /// Goes up when its tiles come to other code, so that what was measured of them no longer counts.
    int version = 1;
    /// The schedule's model of a call; nullptr where it has none.
    Prediction (*predict)(const Attributes &kernel, const TargetFacts &, const Tile &) = nullptr;
};

/// The tile of these, at least one, that costs least; the first of equals.
template <typename CostOf>
Tile cheapest(const std::vector<Tile> &tiles, CostOf cost_of) {
    const Tile *best = &tiles.front();
    double least = std::numeric_limits<double>::infinity();
    for (const Tile &tile : tiles) {
        const double cost = cost_of(tile);
        if (cost < least) {
            least = cost;
            best = &tile;
        }
    }
    return *best;
}

/// The tile space of the family that schedules this operator and lowering on the target: the target's own family, else
/// generic. `family` receives its name.
TileSpace find_tile_space(const std::string &op, const std::string &lowering, const TargetFacts &, std::string *family);

} // namespace nibble
