// A kernel of a study: its measured tiles beside what its schedule's model says of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "autotune/study_points.h"
#include "autotune/tile_search.h"

namespace nibble {

class StudiedKernel {
public:
    /// Takes the task's of these runs; further ones are added to `file`.
    StudiedKernel(const TuneTask &, const TargetFacts &, const std::vector<PointRun> &runs, std::filesystem::path file);

    const TuneTask &task() const { return task_; }

    /// So many legal tiles, the same for each call; all of them where there are no more.
    std::vector<Tile> random_tiles(int count) const;
    /// Those of the tiles that no run of this kind has.
    std::vector<Tile> open(std::vector<Tile> tiles, const std::string &kind) const;
    /// The model's choice, the brief search's, and the fastest of all so far.
    std::vector<Tile> finalists(size_t fastest) const;
    /// The tile that a search of this kind chose; nullptr where there was none.
    const std::string *best_of(const std::string &kind) const;
    void add(const std::string &kind, const TileSearch &);

    size_t legal() const { return ranked_.size(); }
    /// Tiles that were measured.
    size_t measured() const;
    /// Rank correlation of predicted and measured costs of the drawn tiles; nothing where there is no model or no tile
    /// was drawn.
    std::optional<double> correlation() const;
    /// Cost of a tile, by the latest run that has it, divided by the schedule's own.
    std::optional<double> share(const std::string &tile) const;
    /// The fastest, with its share.
    std::pair<std::string, double> fastest() const;
    /// What the model ranks first.
    std::string choice() const { return to_string(ranked_.front()); }

private:
    const TuneTask &task_;
    const TargetFacts &target_;
    std::filesystem::path file_;
    Record key_;
    std::vector<PointRun> runs_;
    std::vector<Tile> ranked_;
};

} // namespace nibble
