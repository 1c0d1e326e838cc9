// What a schedule file offers: its legal tiles, the one that works untuned, and the directives.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compiler/layer.h"
#include "compiler/target.h"

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
};

/// The tile space of the family that schedules this operator and lowering on the target: the target's own family, else
/// generic. `family` receives its name.
TileSpace find_tile_space(const std::string &op, const std::string &lowering, const TargetFacts &, std::string *family);

} // namespace nibble
