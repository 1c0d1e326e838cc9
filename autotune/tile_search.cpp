// SPDX-License-Identifier: Apache-2.0
#include "autotune/tile_search.h"

#include <algorithm>

#include "autotune/nearest_tiles.h"
#include "autotune/ranked_tiles.h"
#include "model/error.h"

namespace nibble {
namespace {

constexpr size_t points_together = 5; ///< measured in one run, beside the schedule's own and the fastest so far
constexpr double least_gain = 0.01;   ///< what another tile has to be faster by: less is within the noise
constexpr double bound_noise = 0.02;  ///< of the roof, which is measured, too

template <typename Tiles>
auto find_tile(Tiles &tiles, const Tile &tile) {
    return std::find_if(tiles.begin(), tiles.end(), [&](const auto &other) { return other.tile == tile; });
}

} // namespace

TileSearch::TileSearch(const TuneTask &task, const TargetFacts &target, int jobs, const Tools &tools)
    : task_(task), target_(target), jobs_(jobs), tools_(tools),
      ranked_(ranked_tiles(task.space, task.request.parameters, task.machine)), best_(task.request.tile) {}

std::vector<MeasuredTile> TileSearch::measure(const std::vector<Tile> &wanted) {
    std::vector<Tile> tiles = {own()};
    std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(tiles),
                 [&](const Tile &tile) { return tile != own(); });
    std::vector<MeasuredTile> measured;
    for (const TileCost &cost : cost_tiles(task_.layer, target_, tiles, jobs_, tools_)) {
        const bool missing = !cost.compiled && cost.tile == own();
        if (missing || !cost.problem.empty()) {
            throw Error(Finding{"tune", "layer '" + task_.layer.name + "', tile " + to_string(cost.tile),
                                missing ? "no kernel" : cost.problem, "the reference's results"});
        }
        own_cost_ = cost.tile == own() ? cost.cost : own_cost_; // which comes first
        if (cost.compiled) {
            measured.push_back({cost.tile, cost.cost / own_cost_});
        }
    }
    keep(wanted, measured);
    return measured;
}

void TileSearch::keep(const std::vector<Tile> &wanted, const std::vector<MeasuredTile> &measured) {
    for (const MeasuredTile &tile : measured) {
        const auto known = find_tile(measured_, tile.tile);
        known != measured_.end() ? void(*known = tile) : measured_.push_back(tile);
    }
    for (const Tile &tile : wanted) { // compiled or not
        if (std::find(tried_.begin(), tried_.end(), tile) == tried_.end()) {
            tried_.push_back(tile);
        }
    }
}

void TileSearch::run(const std::vector<Tile> &next) {
    std::vector<Tile> tiles = next;
    if (best_ != own()) {
        tiles.insert(tiles.begin(), best_);
    }
    const std::vector<MeasuredTile> measured = measure(tiles);
    best_share_ = best_ == own() ? 1 : find_tile(measured, best_)->share;
    if (best_share_ > 1 - least_gain) { // it was luck
        best_ = own();
        best_share_ = 1;
    }
    for (const MeasuredTile &other : measured) {
        if (other.share < best_share_ * (1 - least_gain)) {
            best_ = other.tile;
            best_share_ = other.share;
        }
    }
}

std::vector<Tile> TileSearch::next_tiles(size_t count, bool by_model) const {
    if (!by_model) {
        return nearest_tiles(ranked_, best_, tried_, count);
    }
    std::vector<Tile> next;
    for (const Tile &tile : ranked_) {
        if (next.size() < count && std::find(tried_.begin(), tried_.end(), tile) == tried_.end()) {
            next.push_back(tile);
        }
    }
    return next;
}

void TileSearch::search(int points, const std::function<void()> &after_run) {
    const auto most = static_cast<size_t>(points);
    tried_ = {own()};
    run(next_tiles(std::min(points_together, most) - 1, true));
    after_run();
    while (tried_.size() < most && best_cost() > task_.bound * (1 + bound_noise)) {
        const bool by_model = 2 * tried_.size() <= most;
        const std::vector<Tile> next = next_tiles(std::min(points_together, most - tried_.size()), by_model);
        if (next.empty()) {
            break;
        }
        run(next);
        after_run();
    }
    if (best_ != own()) {
        run({}); // the two alone: the fastest of many was lucky, too
    }
}

} // namespace nibble
