// What searches found: the best tile of a kernel on a target, one line of JSON each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "autotune/tile_choice.h"

namespace nibble {

/// One line of <folder>/<target>.jsonl (docs/tuning.md).
struct Record {
    std::string target;
    std::string compiler; ///< compiler_version() of the time
    int version = 1;      ///< TileSpace::version of the time
    std::string op;
    std::string lowering;
    std::string schedule;
    Attributes shape; ///< shape_of the kernel's parameters
    Tile tile;
    std::string origin;           ///< "measured", or "model" where nothing was
    double cost = 0;              ///< of one call with this tile, 0 by the model
    double default_cost = 0;      ///< with the tile that the schedule prefers, measured in turn with it
    std::string unit;             ///< "ns", "packets" or "cycles"; empty by the model
    int points = 0;               ///< tiles that were measured
    std::string machine;          ///< where; empty by the model
    std::vector<TriedTile> tried; ///< as in MeasuredCost
};

void to_json(nlohmann::json &, const Record &);

/// The record of a line that stands at `place` ("file: line 3"), which errors name. Throws Error.
Record parse_record(const std::string &place, const std::string &line);

/// What kernels are compiled by: "halide 21.0.0".
std::string compiler_version();

/// A kernel's parameters without those that hold numbers of the model (zero points, clamps, forms of multipliers),
/// which change no tile's speed to speak of.
Attributes shape_of(const Attributes &parameters);

/// The record of a tile for this request; costs and origin are left open.
Record record_for(const KernelRequest &, const TileSpace &, const TargetFacts &);

/// True where both are of the same kernel and of the same versions.
bool same_key(const Record &, const Record &);

/// The records of a target.
class Records {
public:
    Records() = default;

    /// Reads <folder>/<target>.jsonl, which may be absent; later lines replace earlier ones of the same key. A last
    /// line without its end, as a search that was killed leaves it, is left out. Throws Error that names file and line
    /// of what is no record.
    Records(const std::filesystem::path &folder, const TargetFacts &);

    /// Adds another folder's, which count where these have none.
    void add(const Records &others);

    /// The record of this kernel, or nullptr. Records of other versions of compiler and schedule don't count, nor those
    /// whose tile is not legal for the request.
    const Record *find(const KernelRequest &, const TileSpace &, const TargetFacts &) const;

    /// The record of the kernel that is most like this one, which has none itself: of the same operator and types, and
    /// of sizes (pixels, channels, rows) as few doublings away as there are. Its tile is legal for the request, and the
    /// schedule's model expects it to be within `nearest_slack` of the best; nullptr where there is no such record, or
    /// no model.
    const Record *nearest(const KernelRequest &, const TileSpace &, const TargetFacts &) const;
    static constexpr double nearest_slack = 0.02;

    /// Records that another compiler or schedule version made.
    size_t stale() const { return stale_; }

private:
    void put(Record record);

    std::vector<Record> records_;
    size_t stale_ = 0;
};

/// Adds a line to <folder>/<target>.jsonl, whole or not at all, and makes the folder where there is none. Throws Error.
void append_record(const std::filesystem::path &folder, const Record &);

/// Chooses a kernel's recorded tile, else that of the nearest record, else its schedule's own.
ChooseTile tiles_of(Records records);

} // namespace nibble
