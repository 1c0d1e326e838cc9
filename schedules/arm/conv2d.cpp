// 2-D convolution by sdot, whose second operand is one word of a vector of a pixel's source values; without it by
// smull, smlal and sadalp, with pairs of source values spread over a vector. SPDX-License-Identifier: Apache-2.0
//
// Share of the sdot peak (32 MACs a cycle on Neoverse N1, 64 on V2), whole kernels with staging and `double`
// requantisation, by `run_model --bench` (counted blocks, llvm-mca): 3x3 64@56 .92 and .90, 128@28 .95 and .93, 256@14
// .96 and .94, 512@7 .97 and .95 (tiles of seven columns and half a panel); 1x1 512-128@28 .93 and .92, 64-256@56 .67
// and .67 (requantisation). `single` (sqdmulh, srshl, and the zero point in s16): 64@56 .93 and .91, 128@28 .95 and
// .94, 256@14 .96 and .94, 512@7 .97 and .95; 1x1 512-128@28 .93 and .92, 64-256@56 .70 and .70. `float`: 64@56 .88 and
// .87, 128@28 .93 and .91, 256@14 .95 and .93, 512@7 .97 and .95; 1x1 512-128@28 .88 and .87, 64-256@56 .52 and .52.
//
// 4-bit weights (model_of_layers.py --weights=s4 --height=8): shl and and take 32 of them out of 16 bytes, for all
// pixels of a tile: .93 of the peak in a loop of 14 pixels and a quarter of a panel, .89 of 8 and half a panel, .80 of
// 4 and a whole one. Whole kernels: 3x3 64@56 .83 and .82, 128@28 .87 and .85, 256@14 .89 and .87, 512@7 .85 and .84;
// 1x1 512-128@28 .83 and .82, 64-256@56 .50 and .52.
//
// Without sdot (dot2_s8s8): smull multiplies eight s8, smlal adds eight products more in s16 where no weight is -128,
// and sadalp adds the pairs of their sum to four accumulators. Peak of the multiplications, which have every other
// pipe: 8 MACs a cycle on N1, 16 on V2. (smlal of s16 would make 4 and 8.) Share of it, measured so: 3x3 64@56 .97 and
// .96, 128@28 .98 and .97, 256@14 .98 and .97, 512@7 .99 and .97; 1x1 64-256@56 .86 and .86, 512-128@28 .97 and .96;
// 7x7s2 3-64@56 .64 and .59: its rows of 21 products are no pairs of groups, and smull and sadalp alone reach .89 at
// most.
#include "schedules/arm/dot_machine.h"
#include "schedules/arm/schedules.h"
#include "schedules/dot_prediction.h"
#include "schedules/dot_shapes.h"
#include "schedules/dot_tasks.h"
#include "schedules/zero_term.h"

namespace nibble::arm {

using namespace Halide;

std::vector<Tile> conv2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(conv2d_shape(kernel, target, dot_machine(kernel)), target);
}

Tile conv2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(conv2d_shape(kernel, target, dot_machine(kernel)), target);
}

Prediction conv2d_predict(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    return predict_dot(conv2d_shape(kernel, target, dot_machine(kernel)), target, tile);
}

void schedule_conv2d(Algorithm &algorithm, const Tile &tile) {
    Var y("y"), b("b"), g("g"), yo("yo"), yi("yi");
    const int yb = tile.at("yb");
    algorithm.func("dst").split(y, yo, yi, yb, overlapping_tail(algorithm.at("oh"), yb));
    const int channels = algorithm.at("co") / algorithm.at("groups");
    const LoopLevel block = tile_dot(algorithm, tile, channels, algorithm.at("ow"), dst_lanes, {yi, g}, {yo, b});
    run_conv2d_in_tasks(algorithm, tile);
    take_source_by_element(algorithm);
    stage_padded(algorithm.func("staged"), algorithm, block);
    schedule_zero_term(algorithm, block, algorithm.at("ci") / algorithm.at("groups"), algorithm.vector_bytes);
    expand_requantise(algorithm);
}

} // namespace nibble::arm
