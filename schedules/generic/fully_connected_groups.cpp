// Fully connected layer of f32 rows by weights with group scales, for any target.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "schedules/generic/schedules.h"

namespace nibble::generic {

using namespace Halide;

// vc: outputs of a vector.
std::vector<Tile> fully_connected_groups_tiles(const Attributes &, const TargetFacts &target) {
    if (target.lanes_of("f32", 2) == 1) {
        return {{{"vc", 1}}};
    }
    return {{{"vc", 4}}, {{"vc", 8}}, {{"vc", 16}}};
}

Tile fully_connected_groups_preferred(const Attributes &, const TargetFacts &target) {
    return {{"vc", target.lanes_of("f32", 8)}};
}

void schedule_fully_connected_groups(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst"), sum = algorithm.func("sum"), acc = algorithm.func("acc");
    Var c("c"), x("x"), co("co"), ci("ci");
    const int vc = tile.at("vc");
    dst.split(c, co, ci, vc, vc > 1 ? TailStrategy::GuardWithIf : TailStrategy::RoundUp).reorder(ci, co, x);
    const RDom gg = algorithm.domain("groups"), r = algorithm.domain("r");
    sum.compute_at(dst, co).bound_extent(c, vc);
    sum.update().reorder(c, gg);
    acc.compute_at(sum, gg).bound_extent(c, vc);
    acc.update().reorder(r.x, c, r.y).unroll(r.x);
    if (vc > 1) {
        dst.vectorize(ci);
        sum.vectorize(c);
        sum.update().vectorize(c);
        acc.vectorize(c);
        acc.update().vectorize(c);
    }
    for (const char *name : {"largest", "inverse", "row_scale", "staged", "row_sum"}) {
        algorithm.func(name).compute_at(dst, x).store_in(MemoryType::Heap);
    }
    algorithm.func("largests").compute_at(algorithm.func("largest"), x).store_in(MemoryType::Stack);
}

} // namespace nibble::generic
