// SPDX-License-Identifier: Apache-2.0
#include "compiler/arena.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace nibble {

namespace {

bool meet(const Lifetime &a, const Lifetime &b) { return a.first_step <= b.last_step && b.first_step <= a.last_step; }

struct Block {
    int64_t begin;
    int64_t end;
};

/// Start of the smallest gap between the blocks (sorted by begin) that `bytes` fit into, else the end of the last
/// block.
int64_t tightest_gap(const std::vector<Block> &blocks, int64_t bytes) {
    int64_t best = -1;
    int64_t best_size = std::numeric_limits<int64_t>::max();
    int64_t free_from = 0;
    for (const Block &block : blocks) {
        const int64_t gap = block.begin - free_from;
        if (gap >= bytes && gap < best_size) {
            best = free_from;
            best_size = gap;
        }
        free_from = std::max(free_from, block.end);
    }
    return best >= 0 ? best : free_from;
}

} // namespace

ArenaPlan plan_arena(const std::vector<Lifetime> &lifetimes, int64_t alignment) {
    const auto padded = [&](size_t i) { return (lifetimes[i].bytes + alignment - 1) / alignment * alignment; };
    std::vector<size_t> order(lifetimes.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return padded(a) > padded(b); });

    ArenaPlan plan;
    plan.offsets.assign(lifetimes.size(), 0);
    std::vector<size_t> placed;
    for (const size_t current : order) {
        std::vector<Block> blocks;
        for (const size_t other : placed) {
            if (meet(lifetimes[current], lifetimes[other])) {
                blocks.push_back({plan.offsets[other], plan.offsets[other] + padded(other)});
            }
        }
        std::sort(blocks.begin(), blocks.end(), [](const Block &a, const Block &b) { return a.begin < b.begin; });
        plan.offsets[current] = tightest_gap(blocks, padded(current));
        plan.bytes = std::max(plan.bytes, plan.offsets[current] + padded(current));
        placed.push_back(current);
    }
    return plan;
}

} // namespace nibble
