// 2-D convolution by sdot, whose second operand is one word of a vector of a pixel's source values.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/arm/dot_machine.h"
#include "schedules/arm/schedules.h"
#include "schedules/dot_shapes.h"
#include "schedules/staging.h"
#include "schedules/zero_term.h"

namespace nibble::arm {

using namespace Halide;

std::vector<Tile> conv2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(conv2d_shape(kernel, target, dot_machine()), target);
}

Tile conv2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(conv2d_shape(kernel, target, dot_machine()), target);
}

void schedule_conv2d(Algorithm &algorithm, const Tile &tile) {
    Var y("y"), b("b"), g("g"), yo("yo"), yi("yi");
    const int yb = tile.at("yb");
    algorithm.func("dst").split(y, yo, yi, yb, overlapping_tail(algorithm.at("oh"), yb));
    const int channels = algorithm.at("co") / algorithm.at("groups");
    const LoopLevel block = tile_dot(algorithm, tile, channels, algorithm.at("ow"), dst_lanes, {yi, g}, {yo, b});
    take_source_by_element(algorithm);
    stage(algorithm.func("staged"), algorithm, block);
    schedule_zero_term(algorithm, block, algorithm.at("ci") / algorithm.at("groups"), algorithm.vector_bytes);
    expand_requantise(algorithm);
}

} // namespace nibble::arm
