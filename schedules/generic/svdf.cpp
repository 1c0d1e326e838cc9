// A filter's products with the source in vectors; the rest, which is little, one by one.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

using namespace Halide;

// vec: products of a vector, a divisor of their number.
std::vector<Tile> svdf_tiles(const Attributes &kernel, const TargetFacts &target) {
    std::vector<Tile> tiles;
    for (const int vec : vector_widths(std::min<int64_t>(kernel.at("k"), target.vector_bytes))) {
        if (kernel.at("k") % vec == 0) {
            tiles.push_back({{"vec", vec}});
        }
    }
    return tiles;
}

Tile svdf_preferred(const Attributes &kernel, const TargetFacts &target) { return svdf_tiles(kernel, target).back(); }

void schedule_svdf(Algorithm &algorithm, const Tile &tile) {
    Var f("f"), u("u");
    Func feature = algorithm.func("feature");
    feature.compute_root().store_in(MemoryType::Heap);
    algorithm.func("sum").compute_at(feature, f);
    if (tile.at("vec") > 1) {
        RVar vector("vector"), lane("lane");
        algorithm.func("sum")
            .update()
            .split(algorithm.domain("k"), vector, lane, tile.at("vec"))
            .atomic()
            .vectorize(lane);
    }
    algorithm.func("next").compute_root();
    algorithm.func("total").compute_at(algorithm.func("dst"), u);
}

} // namespace nibble::generic
