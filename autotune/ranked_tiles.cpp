// SPDX-License-Identifier: Apache-2.0
#include "autotune/ranked_tiles.h"

#include <algorithm>
#include <utility>

#include "schedules/prediction.h"

namespace nibble {

double expected_cost(const TileSpace &space, const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    const Prediction prediction = space.predict(kernel, target, tile);
    return target.runner == "native" ? prediction.cycles() : prediction.issue_cycles();
}

std::vector<Tile> ranked_tiles(const TileSpace &space, const Attributes &kernel, const TargetFacts &target) {
    std::vector<Tile> tiles = space.legal(kernel, target);
    if (space.predict == nullptr) {
        return tiles;
    }
    std::vector<std::pair<double, Tile>> costs;
    for (Tile &tile : tiles) {
        const double cycles = expected_cost(space, kernel, target, tile);
        costs.emplace_back(cycles, std::move(tile));
    }
    std::stable_sort(costs.begin(), costs.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    std::transform(costs.begin(), costs.end(), tiles.begin(), [](auto &cost) { return std::move(cost.second); });
    return tiles;
}

} // namespace nibble
