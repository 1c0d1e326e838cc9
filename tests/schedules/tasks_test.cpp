// How loops are cut into tasks. SPDX-License-Identifier: Apache-2.0
#include "schedules/tasks.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace nibble {
namespace {

constexpr int64_t much_work = 1 << 24, least_work = 1 << 16;

TEST(Tasks, DivideTheIterations) {
    for (int64_t iterations = 1; iterations <= 300; ++iterations) {
        const int64_t each = iterations_per_task(iterations, much_work);
        EXPECT_EQ(iterations % each, 0) << iterations;
        EXPECT_GE(iterations / each, std::min<int64_t>(iterations, 32));
    }
    EXPECT_EQ(iterations_per_task(14, much_work), 1);
    EXPECT_EQ(iterations_per_task(127, much_work), 1);
    EXPECT_EQ(iterations_per_task(1024, much_work), 32);
}

TEST(Tasks, AreNotShort) { EXPECT_EQ(iterations_per_task(1024, least_work), 64); }

TEST(Tasks, StepsThatOverlapAreOneIteration) {
    EXPECT_EQ(steps_apart("y", 56, 4).iterations, 14);
    EXPECT_EQ(steps_apart("y", 56, 5).iterations, 1);
}

} // namespace
} // namespace nibble
