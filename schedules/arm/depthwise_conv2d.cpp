// Depthwise 2-D convolution: 16 channels of a pixel at a time, by smull and smlal on bytes where sums of two products
// fit s16, else by smlal on s16. SPDX-License-Identifier: Apache-2.0
//
// MACs a cycle on bytes, measured as in conv2d.cpp, on Neoverse N1 and V2: 3x3 144@56 4.1 and 8.5, 384@14 4.0 and 8.3;
// 5x5 240@14 5.4 and 10.8, 576@7 5.0 and 10.0; 3x3s2 96@112 3.6 and 7.5. 3x3 takes 18 products for 16 outputs, 20
// additions to s32 and 18 instructions of requantisation: 28 cycles of N1's two pipes, of 35 measured.
#include "schedules/depthwise_strips.h"

#include "schedules/arm/dot_machine.h"
#include "schedules/arm/schedules.h"

namespace nibble::arm {

using namespace Halide;

// The tile's parameters are those of depthwise_strips.h.
std::vector<Tile> depthwise_conv2d_tiles(const Attributes &kernel, const TargetFacts &) {
    return strip_tiles(kernel, 4);
}

Tile depthwise_conv2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    // Two rows share the source pixels between them, until their weights fill the registers.
    constexpr int64_t most_held = 16;
    const int yr = kernel.at("kh") * kernel.at("kw") <= most_held && strips_are_even(kernel, 2) ? 2 : 1;
    const int64_t row_bytes = kernel.at("w") * block_channels;
    return {{"nv", blocks_in_first_level(kernel, target, ring_rows(kernel, yr) * row_bytes)}, {"yr", yr}};
}

void schedule_depthwise_conv2d(Algorithm &algorithm, const Tile &tile) {
    Func staged = algorithm.func("staged");
    const Strips strips = split_into_strips(algorithm, tile);
    keep_rows(staged, algorithm, tile, strips);
    fill_pieces(staged, algorithm);
    if (algorithm.funcs.count("taps") != 0) {
        Func taps = algorithm.func("taps");
        Var c("c");
        taps.compute_at(strips.image).store_in(MemoryType::Heap).align_bounds(c, block_channels);
        taps.vectorize(c, block_channels);
    } else {
        unpack_depthwise_weights(algorithm, strips.image, block_channels);
    }
    expand_requantise(algorithm);
}

} // namespace nibble::arm
