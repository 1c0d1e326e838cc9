// 2-D convolution: u8 activations x s8 weights by vpdpbusd on AVX512-VNNI, four products a lane; on AVX2 s16 x s16 by
// vpmaddwd and vpaddd, two products a lane, with weights that vpmovsxbw widens as it loads them.
// SPDX-License-Identifier: Apache-2.0
//
// Best measured share of the vpdpbusd peak (2 a cycle), `bench_kernels --layers=tests/data/layers.csv`, a Sapphire
// Rapids class core at 2.4 to 3 GHz: 3x3 256@14 .95, 3x3 64@56 .91, 1x1 1024-256@14 .92, 1x1 64-256@56 .67 (7
// instructions of requantisation on 16 products: .70 is the most), 7x7s2 3-64@224 .70. Median of ResNet-50's nine
// layers .90. On AVX2, share of vpmaddwd with vpaddd (1.42 of both a
// cycle) on the same core: 1x1 1024-256@14 .93, 3x3 128@28 .91, 7x7s2 3-64@224 .81, 1x1 64-256@56 .76, median of the
// nine .90.
#include "schedules/dot_prediction.h"
#include "schedules/dot_shapes.h"
#include "schedules/dot_tasks.h"
#include "schedules/staging.h"
#include "schedules/x86/channel_requantise.h"
#include "schedules/x86/dot_machine.h"
#include "schedules/x86/schedules.h"
#include "schedules/zero_term.h"

namespace nibble::x86 {

using namespace Halide;

std::vector<Tile> conv2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(conv2d_shape(kernel, target, dot_machine(kernel, target)), target);
}

Tile conv2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(conv2d_shape(kernel, target, dot_machine(kernel, target)), target);
}

Prediction conv2d_predict(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    return predict_dot(conv2d_shape(kernel, target, dot_machine(kernel, target)), target, tile);
}

void schedule_conv2d(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    Var y("y"), b("b"), g("g"), yo("yo"), yi("yi");
    const int yb = tile.at("yb");
    dst.split(y, yo, yi, yb, overlapping_tail(algorithm.at("oh"), yb));
    const int channels = algorithm.at("co") / algorithm.at("groups");
    const LoopLevel block =
        tile_dot(algorithm, tile, channels, algorithm.at("ow"), algorithm.vector_bytes / 4, {yi, g}, {yo, b});
    run_conv2d_in_tasks(algorithm, tile);
    stage(algorithm.func("staged"), algorithm, block, algorithm.vector_bytes);
    schedule_zero_term(algorithm, block, algorithm.at("ci") / algorithm.at("groups"), algorithm.vector_bytes);
    expand_requantise(algorithm);
}

} // namespace nibble::x86
