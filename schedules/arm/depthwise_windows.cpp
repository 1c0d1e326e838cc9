// SPDX-License-Identifier: Apache-2.0
//
// The words of a row, eight zips for 16 channels of a pixel, are made once and lie in the ring, whichever outputs and
// taps read them.
//
// MACs a cycle, whole kernels by `run_model --bench` as in conv2d.cpp, on Neoverse N1 and V2: 3x3 144@56 4.8 and 9.7,
// 384@14 4.5 and 9.2; 5x5 240@14 7.9 and 16.2, 576@7 5.0 and 10.5; 3x3s2 96@112 3.6 and 7.4. 3x3 at stride 1 takes 18
// instructions of requantisation for 16 outputs, 12 products and 8 zips: 19 cycles of N1's two pipes, of 30 measured.
#include "schedules/arm/depthwise_windows.h"

#include "schedules/arm/dot_machine.h"
#include "schedules/depthwise_strips.h"
#include "schedules/expand_dot4.h"

namespace nibble::arm {

using namespace Halide;

std::vector<Tile> depthwise_windows_tiles(const Attributes &kernel, const TargetFacts &) {
    return strip_tiles(kernel, 4);
}

Tile depthwise_windows_preferred(const Attributes &kernel, const TargetFacts &target) {
    // Rows share the weights that have to be loaded again and again where registers don't hold them.
    constexpr int64_t most_held = 16;
    const int64_t words = (kernel.at("kw") + 3) / 4, weights = kernel.at("kh") * words * block_channels / 4;
    const int yr = weights > most_held && strips_are_even(kernel, 2) ? 2 : 1;
    const int64_t row_bytes = kernel.at("w") / kernel.at("stride_w") * block_channels * 4;
    const int nv = blocks_in_first_level(kernel, target, ring_rows(kernel, yr) * row_bytes);
    return {{"nv", nv}, {"yr", yr}};
}

void schedule_depthwise_windows(Algorithm &algorithm, const Tile &tile) {
    Func windows = algorithm.func("window"), staged = algorithm.func("staged");
    Var k("k"), q("q"), c16("c16"), y("y");
    const Strips strips = split_into_strips(algorithm, tile);
    unpack_strip_weights(algorithm, strips);
    keep_rows(windows, algorithm, tile, strips);
    windows.reorder(k, q, c16, y).vectorize(k, block_channels).unroll(q, 2, TailStrategy::GuardWithIf);
    staged.compute_at(windows, c16).bound_extent(k, block_channels);
    fill_pieces(staged, algorithm);
    algorithm.passes = {expand_dot4_by_sdot()};
    expand_requantise(algorithm);
}

} // namespace nibble::arm
