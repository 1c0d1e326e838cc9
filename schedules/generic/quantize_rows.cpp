// f32 rows to s8: a row after the other, for its largest value and again for its values.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/generic/schedules.h"
#include "schedules/row_quantisation.h"

namespace nibble::generic {

using namespace Halide;

// vec: f32 lanes of a vector.
std::vector<Tile> quantize_rows_tiles(const Attributes &, const TargetFacts &target) {
    std::vector<Tile> tiles = {{{"vec", 1}}};
    for (int vec = 4; vec <= target.lanes_of("f32", target.vector_bytes); vec *= 2) {
        tiles.push_back({{"vec", vec}});
    }
    return tiles;
}

Tile quantize_rows_preferred(const Attributes &kernel, const TargetFacts &target) {
    return quantize_rows_tiles(kernel, target).back();
}

void schedule_quantize_rows(Algorithm &algorithm, const Tile &tile) {
    const int vec = tile.at("vec");
    vectorize_rows(algorithm.func("dst"), algorithm, vec, algorithm.at("k"));
    algorithm.func("inverse").compute_root();
    find_row_peaks(algorithm, LoopLevel::root(), {vec, vec});
}

} // namespace nibble::generic
