// SPDX-License-Identifier: Apache-2.0
#include "schedules/flat.h"

#include <algorithm>

#include "schedules/tasks.h"

namespace nibble {

using namespace Halide;

std::vector<int> vector_widths(int64_t most) {
    std::vector<int> widths = {1};
    for (int width = 4; width <= most; width *= 2) {
        widths.push_back(width);
    }
    return widths;
}

int exact_lanes(int64_t extent, int most) {
    while (extent % most != 0) {
        most /= 2;
    }
    return most;
}

int unmasked_lanes(int64_t extent, int most, bool masks) {
    const int lanes = exact_lanes(extent, most);
    return masks || lanes == most ? lanes : std::min(lanes, scalar_bytes);
}

namespace {

/// Those that a loop over `extent` elements can have on a machine whose vectors hold `most`, which itself is one
/// whatever its factors.
std::vector<int> widths_within(int64_t extent, int most) {
    std::vector<int> widths = vector_widths(std::min<int64_t>(extent, most));
    if (extent >= most && widths.back() < most) {
        widths.push_back(most);
    }
    return widths;
}

} // namespace

std::vector<Tile> flat_tiles(int64_t extent, int most_vec) {
    std::vector<Tile> tiles;
    for (const int vec : widths_within(extent, most_vec)) {
        for (int unroll = 1; unroll <= 8 && vec * unroll <= extent; unroll *= 2) {
            tiles.push_back({{"vec", vec}, {"unroll", unroll}});
        }
    }
    return tiles;
}

Tile flat_tile(int64_t extent, int vec, int unroll) {
    vec = widths_within(extent, vec).back();
    while (vec * unroll > extent) {
        unroll /= 2;
    }
    return {{"vec", vec}, {"unroll", unroll}};
}

namespace {

bool divides(const Tile &tile, int64_t extent) { return extent % (tile.at("vec") * tile.at("unroll")) == 0; }

} // namespace

bool no_ragged_row(const Attributes &kernel, const Tile &tile) { return divides(tile, kernel.at("d3")); }

bool no_ragged_end(const Attributes &kernel, const Tile &tile) { return divides(tile, kernel.at("elements")); }

void schedule_flat(Func func, const Var &var, const Tile &tile) {
    Var outer("outer"), step("step"), lane("lane");
    func.split(var, outer, step, tile.at("vec") * tile.at("unroll"), TailStrategy::ShiftInwards)
        .split(step, step, lane, tile.at("vec"), TailStrategy::RoundUp)
        .vectorize(lane)
        .unroll(step);
}

void run_flat_in_tasks(Func func, const std::vector<int> &extents, const Tile &tile, int lanes, int instructions) {
    std::vector<TaskLoop> loops = {steps_apart("outer", extents[0], tile.at("vec") * tile.at("unroll"))};
    int64_t elements = extents[0];
    for (size_t i = 1; i < extents.size(); i++) {
        loops.insert(loops.begin(), {func.args()[i].name(), extents[i]});
        elements *= extents[i];
    }
    run_in_tasks(func, loops, elements / lanes * instructions, tile);
}

} // namespace nibble
