// Depthwise 2-D convolution for any target with vectors: 16-bit products, 32-bit sums.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/depthwise_strips.h"
#include "schedules/expand_dot4.h"
#include "schedules/expand_either.h"
#include "schedules/expand_mul_q31.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

using namespace Halide;

// vc: channels of a vector.
std::vector<Tile> depthwise_conv2d_tiles(const Attributes &, const TargetFacts &) {
    return {{{"vc", 4}}, {{"vc", 8}}, {{"vc", 16}}};
}

Tile depthwise_conv2d_preferred(const Attributes &, const TargetFacts &) { return {{"vc", 8}}; }

void schedule_depthwise_conv2d(Algorithm &algorithm, const Tile &tile) {
    const bool in_columns = algorithm.funcs.count("columns") != 0;
    Func dst = algorithm.func("dst"), staged = algorithm.func(in_columns ? "columns" : "staged");
    const int vc = algorithm.masks ? tile.at("vc") : 1;
    Var c("c"), x("x"), y("y"), b("b"), co("co"), ci("ci"), k("k");
    dst.split(c, co, ci, vc, TailStrategy::GuardWithIf).reorder(ci, x, co, y, b).vectorize(ci);
    unpack_depthwise_weights(algorithm, LoopLevel(dst, b), algorithm.masks ? vc : 1);
    staged.compute_at(dst, y).store_in(MemoryType::Heap);
    if (!in_columns) {
        // Staged blocks have 16 channels, whatever the vector.
        staged.bound_extent(k, 16);
        int update = 0;
        for (const char *piece : staged_pieces) {
            if (algorithm.domains.count(piece) != 0) {
                staged.update(update++).vectorize(k, vc);
            }
        }
    }
    algorithm.passes = {expand_dot4_by_products(), expand_dot4_by_sdot(), expand_either(), expand_mul_q31(algorithm)};
}

} // namespace nibble::generic
