// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/dot_space.h"

#include <algorithm>

namespace nibble::cuda {

namespace {

constexpr int panel_lanes = 16;
constexpr int most_threads = 256;
constexpr int most_channels = 128, most_pixels = 128; // of a block
constexpr int most_outputs = 8192;                    // of a block: their sums fit shared memory beside the operands
constexpr int multiprocessor_macs = 256;              // a clock: 64 dp4a

/// The largest multiple of `unit` up to `most` that divides `whole`.
int largest_part(int64_t whole, int unit, int most) {
    int best = unit;
    for (int part = unit; part <= most && part <= whole; part += unit) {
        best = whole % part == 0 ? part : best;
    }
    return best;
}

/// Blocks of whole threads' columns: halvings of the most, and as many as a row has.
std::vector<int> column_blocks(int64_t columns, int xt) {
    std::vector<int> blocks;
    for (int xb = xt; xb <= most_pixels && xb <= columns; xb *= 2) {
        blocks.push_back(xb);
    }
    const auto row = static_cast<int>(std::min<int64_t>(columns, most_pixels) / xt * xt);
    if (row > 0 && std::find(blocks.begin(), blocks.end(), row) == blocks.end()) {
        blocks.push_back(row);
    }
    return blocks;
}

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Clocks of a multiprocessor, up to a factor: rounds of blocks, the work of one, what loads of a thread's operands add
/// to it, and warps that idle.
double cost(const DotGrid &grid, const Tile &tile, double multiprocessors) {
    const int64_t blocks = ceil_div(grid.panels * panel_lanes, tile.at("cb")) * ceil_div(grid.columns, tile.at("xb")) *
                           ceil_div(grid.rows, tile.at("yb")) * grid.others;
    const double rounds = std::max(1.0, static_cast<double>(blocks) / multiprocessors);
    const double work = static_cast<double>(tile.at("cb")) * tile.at("xb") * tile.at("yb");
    const double loads = 1 + 1.0 / tile.at("ct") + 1.0 / tile.at("xt");
    const double idle = std::max(1.0, 128.0 / threads_of(tile));
    return rounds * work * loads * idle;
}

/// Products whose weights share bytes: a word, or two words of 4-bit weights.
int packed_products(const Attributes &kernel) {
    const auto bits = kernel.find("wei_bits");
    return bits != kernel.end() && bits->second == 4 ? 8 : 4;
}

} // namespace

int threads_of(const Tile &tile) {
    return tile.at("cb") / tile.at("ct") * (tile.at("xb") / tile.at("xt")) * tile.at("yb");
}

DotGrid conv2d_grid(const Attributes &kernel) {
    const int64_t groups = kernel.at("groups"), ci = kernel.at("ci"), kw = kernel.at("kw");
    const bool one_run = kernel.at("dilation_w") == 1 && groups == 1;
    const int unit = packed_products(kernel);
    const int64_t length = one_run && ci % unit != 0 ? kw * ci : ci / groups;
    return {ceil_div(kernel.at("co") / groups, panel_lanes),
            kernel.at("ow"),
            kernel.at("oh"),
            kernel.at("n") * groups,
            ceil_div(length, unit) * unit,
            unit};
}

DotGrid fully_connected_grid(const Attributes &kernel) {
    int64_t products = 1;
    for (const char *d : {"d0", "d1", "d2"}) {
        const auto extent = kernel.find(d);
        products *= extent == kernel.end() ? 1 : extent->second;
    }
    const int unit = packed_products(kernel);
    return {ceil_div(kernel.at("n"), panel_lanes),
            kernel.at("m"),
            1,
            products,
            ceil_div(kernel.at("k"), unit) * unit,
            unit};
}

std::vector<Tile> dot_tiles(const DotGrid &grid, const TargetFacts &) {
    std::vector<Tile> tiles;
    const int kb = largest_part(grid.length, grid.unit, 32);
    for (const int most : {most_channels, most_channels / 2, most_channels / 4, panel_lanes}) {
        const int cb = largest_part(grid.panels * panel_lanes, panel_lanes, most);
        for (const int ct : {4, 8}) {
            for (const int xt : {1, 2, 4, 8}) {
                for (const int xb : column_blocks(grid.columns, xt)) {
                    for (int yb = 1; yb <= grid.rows && yb * xb <= most_pixels; yb *= 2) {
                        const Tile tile = {{"cb", cb}, {"ct", ct}, {"kb", kb}, {"xb", xb}, {"xt", xt}, {"yb", yb}};
                        if (threads_of(tile) <= most_threads && cb * xb * yb <= most_outputs &&
                            std::find(tiles.begin(), tiles.end(), tile) == tiles.end()) {
                            tiles.push_back(tile);
                        }
                    }
                }
            }
        }
    }
    return tiles;
}

Tile preferred_dot_tile(const DotGrid &grid, const TargetFacts &target) {
    const double multiprocessors = target.macs_per_cycle.at("s8s8") / multiprocessor_macs;
    const std::vector<Tile> tiles = dot_tiles(grid, target);
    return *std::min_element(tiles.begin(), tiles.end(), [&](const Tile &a, const Tile &b) {
        return cost(grid, a, multiprocessors) < cost(grid, b, multiprocessors);
    });
}

} // namespace nibble::cuda
