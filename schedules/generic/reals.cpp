// Elementwise operators that compute in f32 whatever they read and write: vectors of f32, else one by one.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {
namespace {

/// Elements of the output's innermost dimension, pairs of 4 bits counted as one.
int64_t innermost(const Attributes &kernel) {
    for (const char *name : {"d3", "n", "elements"}) {
        if (kernel.count(name) != 0) {
            return kernel.at(name);
        }
    }
    const int64_t elements = kernel.at("outer") * kernel.at("channels") * kernel.at("inner");
    const auto bits = kernel.find("dst_bits");
    return bits != kernel.end() && bits->second == 4 ? (elements + 1) / 2 : elements;
}

/// Four numbers of 4 bits are two bytes, which LLVM's Zen targets move with AMD's own insertq.
bool has_thin_vectors(const Attributes &kernel, const Tile &tile) {
    const auto is_nibble = [&kernel](const char *name) {
        const auto bits = kernel.find(name);
        return bits != kernel.end() && bits->second == 4;
    };
    return tile.at("vec") == 4 && (is_nibble("src_bits") || is_nibble("dst_bits"));
}

} // namespace

std::vector<Tile> reals_tiles(const Attributes &kernel, const TargetFacts &target) {
    std::vector<Tile> tiles = flat_tiles(innermost(kernel), target.lanes_of("f32", target.vector_bytes));
    const auto thin = [&kernel](const Tile &tile) { return has_thin_vectors(kernel, tile); };
    tiles.erase(std::remove_if(tiles.begin(), tiles.end(), thin), tiles.end());
    return tiles;
}

Tile reals_preferred(const Attributes &kernel, const TargetFacts &target) {
    const Tile tile = flat_tile(innermost(kernel), target.lanes_of("f32", target.vector_bytes / 4), 2);
    return has_thin_vectors(kernel, tile) ? flat_tile(innermost(kernel), 1, 2) : tile;
}

void schedule_reals(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
}

void schedule_dynamic_quantize(Algorithm &algorithm, const Tile &tile) {
    algorithm.func("range").compute_root();
    algorithm.func("scale").compute_root();
    algorithm.func("zero").compute_root();
    schedule_reals(algorithm, tile);
}

} // namespace nibble::generic
