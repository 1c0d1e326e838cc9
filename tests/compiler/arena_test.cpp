// The arena planner's properties over random lifetimes.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/arena.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace nibble {
namespace {

constexpr int64_t alignment = 128;

bool share_a_step(const Lifetime &a, const Lifetime &b) {
    return a.first_step <= b.last_step && b.first_step <= a.last_step;
}

void expect_valid(const std::vector<Lifetime> &lifetimes, const ArenaPlan &plan) {
    ASSERT_EQ(plan.offsets.size(), lifetimes.size());
    for (size_t i = 0; i < lifetimes.size(); ++i) {
        EXPECT_EQ(plan.offsets[i] % alignment, 0);
        EXPECT_GE(plan.offsets[i], 0);
        EXPECT_LE(plan.offsets[i] + lifetimes[i].bytes, plan.bytes);
        for (size_t j = 0; j < i; ++j) {
            const bool apart = plan.offsets[i] + lifetimes[i].bytes <= plan.offsets[j] ||
                               plan.offsets[j] + lifetimes[j].bytes <= plan.offsets[i];
            EXPECT_TRUE(apart || !share_a_step(lifetimes[i], lifetimes[j])) << i << " and " << j;
        }
    }
}

/// No plan can be smaller than what is live at the busiest step.
int64_t busiest_step(const std::vector<Lifetime> &lifetimes, int steps) {
    int64_t most = 0;
    for (int step = 0; step < steps; ++step) {
        int64_t live = 0;
        for (const Lifetime &lifetime : lifetimes) {
            if (lifetime.first_step <= step && step <= lifetime.last_step) {
                live += (lifetime.bytes + alignment - 1) / alignment * alignment;
            }
        }
        most = std::max(most, live);
    }
    return most;
}

TEST(Arena, RandomLifetimesDoNotOverlap) {
    for (uint32_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        const int steps = 1 + static_cast<int>(random() % 40);
        std::vector<Lifetime> lifetimes(1 + random() % 60);
        for (Lifetime &lifetime : lifetimes) {
            lifetime.bytes = 1 + static_cast<int64_t>(random() % 5000);
            lifetime.first_step = static_cast<int>(random() % static_cast<uint32_t>(steps));
            lifetime.last_step = std::min(steps - 1, lifetime.first_step + static_cast<int>(random() % 6));
        }
        const ArenaPlan plan = plan_arena(lifetimes, alignment);
        expect_valid(lifetimes, plan);
        EXPECT_GE(plan.bytes, busiest_step(lifetimes, steps));
        EXPECT_LE(plan.bytes, 2 * busiest_step(lifetimes, steps));
    }
}

TEST(Arena, ChainTakesTheTwoLargestNeighbours) {
    const std::vector<Lifetime> chain = {{1000, 0, 1}, {3000, 1, 2}, {2000, 2, 3}, {500, 3, 4}};
    const ArenaPlan plan = plan_arena(chain, alignment);
    expect_valid(chain, plan);
    EXPECT_EQ(plan.bytes, 3072 + 2048);
}

TEST(Arena, NothingTakesNothing) { EXPECT_EQ(plan_arena({}, alignment).bytes, 0); }

} // namespace
} // namespace nibble
