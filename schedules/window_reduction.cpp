// SPDX-License-Identifier: Apache-2.0
#include "schedules/window_reduction.h"

#include <algorithm>

#include "schedules/flat.h"
#include "schedules/tasks.h"

namespace nibble {

using namespace Halide;

std::vector<int> channel_blocks(int64_t channels, int vec, int most) {
    std::vector<int> blocks = vector_widths(std::min<int64_t>(channels, vec));
    for (int block = 2 * vec; block <= most && block <= channels; block += vec) {
        blocks.push_back(block);
    }
    return blocks;
}

int preferred_channel_block(int64_t channels, int vec, int most) {
    const auto computed = [channels](int block) { return (channels + block - 1) / block * block; };
    const std::vector<int> blocks = channel_blocks(channels, vec, most);
    return *std::min_element(blocks.rbegin(), blocks.rend(),
                             [&](int left, int right) { return computed(left) < computed(right); });
}

void schedule_window_reduction(Algorithm &algorithm, const std::string &reduced, int block, int reduced_lanes,
                               int dst_lanes) {
    Func dst = algorithm.func("dst"), window = algorithm.func(reduced);
    const RDom r = algorithm.domain("r");
    const std::vector<Var> args = dst.args();
    const Var &c = args[0];
    Var outer("outer"), step("step"), lane("lane");
    if (!algorithm.masks && block < std::min(reduced_lanes, dst_lanes)) {
        reduced_lanes = dst_lanes = exact_lanes(block, scalar_bytes / dst.types()[0].bytes());
    }
    dst.split(c, outer, step, block, TailStrategy::ShiftInwards)
        .split(step, step, lane, std::min(block, dst_lanes), TailStrategy::RoundUp)
        .reorder(lane, step, outer, args[1], args[2], args[3])
        .vectorize(lane)
        .unroll(step);
    const int lanes = std::min(block, reduced_lanes);
    window.compute_at(dst, outer).store_in(MemoryType::Register).vectorize(c, lanes, TailStrategy::RoundUp).unroll(c);
    window.update().reorder(c, r.x, r.y).vectorize(c, lanes, TailStrategy::RoundUp).unroll(c);
}

void unroll_small_window(Algorithm &algorithm, const std::string &reduced) {
    constexpr int most_taps = 9; // 3 x 3
    if (algorithm.at("kh") * algorithm.at("kw") <= most_taps) {
        const RDom r = algorithm.domain("r");
        algorithm.func(reduced).update().unroll(r.x).unroll(r.y);
    }
}

void run_windows_in_tasks(Algorithm &algorithm, const Tile &tile, int lanes, int instructions) {
    const auto at = [&](const char *name) { return int64_t{algorithm.at(name)}; };
    const int64_t taps = at("n") * at("oh") * at("ow") * at("c") * at("kh") * at("kw");
    Func dst = algorithm.func("dst");
    run_in_tasks(dst, {{dst.args()[3].name(), at("n")}, {dst.args()[2].name(), at("oh")}}, taps / lanes * instructions,
                 tile);
}

} // namespace nibble
