// Transposed 2-D convolution for any target with vectors of 32-bit lanes.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "schedules/expand_either.h"
#include "schedules/expand_mul_q31.h"
#include "schedules/generic/dot.h"
#include "schedules/generic/schedules.h"
#include "schedules/interleave_phases.h"
#include "schedules/staging.h"

namespace nibble::generic {

using namespace Halide;

// vc: channels of a vector; xr: pixels of a phase in a register tile.
std::vector<Tile> transpose_conv2d_tiles(const Attributes &kernel, const TargetFacts &) {
    std::vector<Tile> tiles;
    for (int vc : {4, 8, 16}) {
        for (int xr = 1; xr <= std::min<int64_t>(4, phase_columns(kernel)); xr++) {
            tiles.push_back({{"vc", vc}, {"xr", xr}});
        }
    }
    return tiles;
}

Tile transpose_conv2d_preferred(const Attributes &kernel, const TargetFacts &) {
    return {{"vc", 8}, {"xr", static_cast<int>(std::min<int64_t>(2, phase_columns(kernel)))}};
}

void schedule_transpose_conv2d(Algorithm &algorithm, const Tile &tile) {
    Var phase("phase"), y("y"), b("b");
    const auto columns = static_cast<int>(phase_columns(algorithm.parameters));
    schedule_interleaving(algorithm, vector_bytes);
    tile_dot(algorithm, algorithm.at("co"), tile.at("vc"), tile.at("xr"), columns, {phase, y, b});
    stage(algorithm.func("staged"), algorithm, LoopLevel(algorithm.func("dst"), y), vector_bytes);
    algorithm.passes = {expand_either(), expand_mul_q31(algorithm)};
}

} // namespace nibble::generic
