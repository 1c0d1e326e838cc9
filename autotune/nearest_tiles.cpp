// SPDX-License-Identifier: Apache-2.0
#include "autotune/nearest_tiles.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace nibble {
namespace {

/// Parameter -> its values, ascending.
using Values = std::map<std::string, std::set<int>>;

Values values_of(const std::vector<Tile> &tiles) {
    Values values;
    for (const Tile &tile : tiles) {
        for (const auto &[name, value] : tile) {
            values[name].insert(value);
        }
    }
    return values;
}

/// (steps, parameters that differ)
std::pair<long, int> distance(const Tile &a, const Tile &b, const Values &values) {
    long steps = 0;
    int differing = 0;
    for (const auto &[name, value] : a) {
        const auto other = b.find(name);
        if (other == b.end() || other->second == value) {
            continue;
        }
        const std::set<int> &all = values.at(name);
        const auto place = [&all](int number) { return std::distance(all.begin(), all.lower_bound(number)); };
        steps += std::labs(place(value) - place(other->second));
        ++differing;
    }
    return {steps, differing};
}

} // namespace

std::vector<Tile> nearest_tiles(const std::vector<Tile> &tiles, const Tile &centre, const std::vector<Tile> &known,
                                size_t count) {
    const Values values = values_of(tiles);
    std::vector<std::pair<std::pair<long, int>, Tile>> open;
    for (const Tile &tile : tiles) {
        if (std::find(known.begin(), known.end(), tile) == known.end()) {
            open.emplace_back(distance(tile, centre, values), tile);
        }
    }
    std::stable_sort(open.begin(), open.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    std::vector<Tile> nearest;
    for (size_t i = 0; i < std::min(count, open.size()); ++i) {
        nearest.push_back(open[i].second);
    }
    return nearest;
}

} // namespace nibble
