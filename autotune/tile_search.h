// The search for a kernel's fastest tile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "autotune/tune_tasks.h"
#include "bench/tile_bench.h"

namespace nibble {

/// A tile that was measured.
struct MeasuredTile {
    Tile tile;
    double share = 0; ///< its cost divided by that of the schedule's own tile in the same run
};

/// Measures a kernel's tiles in runs, in each in turn with the one that its schedule prefers: costs of different runs
/// don't compare.
class TileSearch {
public:
    TileSearch(const TuneTask &, const TargetFacts &, int jobs, const Tools &);

    /// Measures tiles together, the schedule's own first; those that can't be compiled are left out. Throws Error where
    /// results are not the reference's, or the schedule's own tile can't be compiled.
    std::vector<MeasuredTile> measure(const std::vector<Tile> &);

    /// Looks for the fastest of `points` tiles: half of them those that the schedule's model ranks first, then those
    /// next to the fastest so far. One wins where it is at least a hundredth faster than the schedule's own. Ends early
    /// where the fastest is as good as at the task's bound. `after_run` is called after each run.
    void search(
        int points, const std::function<void()> &after_run = [] {});

    const Tile &own() const { return task_.request.tile; }
    const Tile &best() const { return best_; }
    double own_cost() const { return own_cost_; } ///< in the last run, in cost_unit()
    double best_cost() const { return best_share_ * own_cost_; }
    /// Each tile as its last run measured it.
    const std::vector<MeasuredTile> &measured() const { return measured_; }

private:
    void keep(const std::vector<Tile> &wanted, const std::vector<MeasuredTile> &);
    std::vector<Tile> next_tiles(size_t count, bool by_model) const;
    void run(const std::vector<Tile> &next);

    const TuneTask &task_;
    const TargetFacts &target_;
    int jobs_;
    const Tools &tools_;
    std::vector<Tile> ranked_; ///< the legal ones
    std::vector<MeasuredTile> measured_;
    std::vector<Tile> tried_; ///< measured or not to be compiled
    Tile best_;
    double best_share_ = 1, own_cost_ = 0;
};

} // namespace nibble
