// Depthwise 2-D convolution by vpdpbusd on AVX512-VBMI and VNNI: a window of four pixels is one 64-byte load through
// vpermb.
// SPDX-License-Identifier: Apache-2.0
//
// Best measured share of the vpdpbusd peak, `bench_kernels --layers=tests/data/layers.csv`, a Sapphire Rapids class
// core: 3x3 144@56 .147, 3x3 384@14 .131, 5x5 96@14 .20, 3x3s2 96@112 .091. A vector of 16 outputs takes 7 instructions
// of requantisation, 3 products and 1.5 permuted windows: with two vector instructions a cycle .196 is the most for 3x3
// at stride 1.
#include <algorithm>
#include <cmath>

#include "schedules/depthwise_strips.h"
#include "schedules/expand_dot4.h"
#include "schedules/x86/channel_requantise.h"
#include "schedules/x86/dot_machine.h"
#include "schedules/x86/pixel_windows.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

using namespace Halide;

namespace {

constexpr int lanes = block_channels; // int32 lanes of a zmm register

/// Whether a strip's rows keep their distances in the ring: otherwise each row wants a pointer of its own, more than
/// there are registers.
bool ring_is_regular(const Attributes &kernel, int64_t yr) {
    const bool all_rows = ring_rows(kernel, yr) >= source_rows(kernel, kernel.at("oh"));
    return all_rows || ring_rows(kernel, yr) % (yr * kernel.at("stride_h")) == 0;
}

/// Whether a strip's windows are held in registers: where LLVM does not see by itself which are the same (rows at
/// stride 2 have places in the ring that it can't compare; at stride 1 it sees them), its rows have no gaps, and
/// registers are left.
bool holds_windows(const Attributes &kernel, int64_t yr) {
    constexpr int64_t most_windows = 20;
    const int64_t groups = (kernel.at("kw") + 3) / 4;
    return kernel.at("stride_h") > 1 && kernel.at("stride_h") <= kernel.at("kh") && kernel.at("dilation_h") == 1 &&
           source_rows(kernel, yr) * groups <= most_windows;
}

/// Permutes each window of a column once, for all output rows of the strip.
void share_windows(Func window, Func dst, const Var &x) {
    Var c("c"), g("g"), row("row");
    window.compute_at(dst, x).store_in(MemoryType::Register).bound_extent(c, lanes).vectorize(c).unroll(g).unroll(row);
}

} // namespace

// The tile's parameters are those of depthwise_strips.h.
std::vector<Tile> depthwise_conv2d_tiles(const Attributes &kernel, const TargetFacts &) {
    return strip_tiles(kernel, 14);
}

// A vector of outputs has its windows (a permutation each, which the strip's rows share), products and requantisation.
// What the rest costs was fitted to some sixty random tiles of each depthwise layer of tests/data/layers.csv on Zen 4
// (docs/tuning.md).
Prediction depthwise_conv2d_predict(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    // In instructions, of which so many are done in a cycle.
    constexpr double window_cost = 1.5, staged_cost = 1, part_line_cost = 2;
    constexpr double other_instructions = 4; // the bias, the addresses and the store of a vector of outputs
    constexpr double crowded_cost = 0.2, kept_share = 0.1; // of L1: source and results pass through it, too
    constexpr double irregular_ring = 1.25;
    const double rate = vectors_per_cycle(target);
    const int64_t yr = tile.at("yr"), nv = tile.at("nv"), all = blocks_of(kernel);
    const auto blocks = static_cast<double>(all);
    const int64_t strips = (kernel.at("oh") + yr - 1) / yr;
    const bool even = strips_are_even(kernel, yr);
    const auto groups = static_cast<double>((kernel.at("kw") + 3) / 4);
    const double vectors = blocks * static_cast<double>(strips * yr * kernel.at("ow"));
    const double windows = vectors * static_cast<double>(source_rows(kernel, yr)) / static_cast<double>(yr) * groups;
    const double products = vectors * static_cast<double>(kernel.at("kh")) * groups;
    const double requantise = vectors * (requantise_instructions(kernel, target) + other_instructions);
    const auto strip_bytes = static_cast<double>(source_rows(kernel, yr) * kernel.at("w") * nv * lanes);
    const double kept =
        target.memory.empty() ? strip_bytes : kept_share * static_cast<double>(target.memory.front().bytes);
    const double crowded = crowded_cost * std::max(0.0, std::log2(strip_bytes / kept));
    const double irregular = even && !ring_is_regular(kernel, yr) ? irregular_ring : 1.0;
    const int64_t staged_rows = even ? kernel.at("h") : strips * source_rows(kernel, yr);
    const double staged = blocks * static_cast<double>(staged_rows * kernel.at("w"));
    const bool whole_lines = nv % (64 / lanes) == 0 || nv == all;
    Prediction prediction;
    prediction.instructions = {
        {"loads", windows}, {"products", products}, {"requantise", requantise}, {"staging", staged}};
    const double part_lines = whole_lines ? 0 : part_line_cost / static_cast<double>(nv);
    prediction.added = {{"windows", irregular * windows * window_cost / rate},
                        {"products", irregular * products / rate},
                        {"requantise", irregular * requantise / rate},
                        {"L2 read", irregular * vectors * crowded / rate},
                        {"staging", staged * (staged_cost + part_lines) / rate}};
    return prediction;
}

Tile depthwise_conv2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    return cheapest(depthwise_conv2d_tiles(kernel, target),
                    [&](const Tile &tile) { return depthwise_conv2d_predict(kernel, target, tile).cycles(); });
}

void schedule_depthwise_conv2d(Algorithm &algorithm, const Tile &tile) {
    Func staged = algorithm.func("staged");
    const int yr = tile.at("yr");
    const Strips strips = split_into_strips(algorithm, tile);
    unpack_strip_weights(algorithm, strips);
    keep_rows(staged, algorithm, tile, strips);
    fill_pieces(staged, algorithm);
    if (holds_windows(algorithm.parameters, yr)) {
        share_windows(algorithm.func("window"), algorithm.func("dst"), Var("x"));
    }
    algorithm.passes = {load_pixel_windows_whole(), expand_dot4_by_vnni()};
    expand_requantise(algorithm);
}

} // namespace nibble::x86
