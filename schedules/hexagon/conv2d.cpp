// 2-D convolution by vrmpy of u8 weights and words of s8 activations.
// SPDX-License-Identifier: Apache-2.0
//
// Share of 256 MACs a packet, whole kernels with staging, sums of pixels and `double` requantisation, by `run_model
// --bench` on eight rows: 3x3 64@56 .89, 128@28 .93, 256@14 .95, 512@7 .94; 1x1 512-128@28 .88, 1024-256@14 .92,
// 512-2048@7 .93, 64-256@56 .64 (requantisation); 7x7s2 3-64@224 .59 (of 24 products of a row 21 count, and its pixels'
// sums take a tenth).
//
// 4-bit weights (model_of_layers.py --weights=s4 --height=8), whose nibbles a vand, and a vlsr and a vand, take out of
// a vector of words once for all pixels of a tile: 3x3 64@56 .80, 128@28 .80, 256@14 .81, 512@7 .84.
#include "schedules/dot_shapes.h"
#include "schedules/hexagon/dot.h"
#include "schedules/hexagon/dot_prediction.h"
#include "schedules/hexagon/pixel_sums.h"
#include "schedules/hexagon/schedules.h"
#include "schedules/hexagon/vtcm.h"

namespace nibble::hexagon {

using namespace Halide;

std::vector<Tile> conv2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    return whole_vector_tiles(conv2d_shape(kernel, target, dot_machine()), kernel, target);
}

Tile conv2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_tile(conv2d_shape(kernel, target, dot_machine()), kernel, target);
}

Prediction conv2d_predict(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    return predict_dot(conv2d_shape(kernel, target, dot_machine()), target, tile);
}

TileTraffic conv2d_traffic(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    return dot_traffic(conv2d_shape(kernel, target, dot_machine()), kernel.at("n"), target, tile);
}

void schedule_conv2d(Algorithm &algorithm, const Tile &tile) {
    constexpr int panel = 5; // dimension of "wei"
    Var y("y"), b("b"), g("g"), yo("yo"), yi("yi");
    const int yb = tile.at("yb");
    algorithm.func("dst").split(y, yo, yi, yb, overlapping_tail(algorithm.at("oh"), yb));
    const int channels = algorithm.at("co") / algorithm.at("groups");
    const DotLoops loops = tile_dot(algorithm, tile, channels, algorithm.at("ow"), {yi, g}, {yo, b});
    stage_weights(algorithm, tile, loops, panel);
    stage_rows(algorithm, loops.block, staged_operands(tile).src);
    const int pixels =
        (tile.at("xb") - 1) * algorithm.at("stride_w") + (algorithm.at("kw") - 1) * algorithm.at("dilation_w") + 1;
    schedule_pixel_sums(algorithm, loops.block, pixels);
    expand_requantise(algorithm);
}

} // namespace nibble::hexagon
