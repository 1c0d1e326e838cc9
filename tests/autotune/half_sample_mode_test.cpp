// SPDX-License-Identifier: Apache-2.0
#include "autotune/half_sample_mode.h"

#include <gtest/gtest.h>

namespace nibble {
namespace {

TEST(HalfSampleMode, OfFewSamples) {
    EXPECT_EQ(half_sample_mode({}), 0);
    EXPECT_EQ(half_sample_mode({3}), 3);
    EXPECT_EQ(half_sample_mode({5, 3}), 4);
    EXPECT_EQ(half_sample_mode({9, 3, 4}), 3.5);
    EXPECT_EQ(half_sample_mode({9, 3, 8}), 8.5);
}

TEST(HalfSampleMode, FollowsNeitherTheTailNorTheMinimum) {
    // 60 is a lucky sample; from 120 on they were disturbed: the median is 107, the mean 160.
    EXPECT_NEAR(half_sample_mode({60, 100, 101, 101, 102, 107, 120, 180, 240, 300, 350}), 101, 0.5);
}

TEST(HalfSampleMode, DoesNotDependOnTheOrder) {
    EXPECT_EQ(half_sample_mode({4, 1, 9, 2, 2.5, 30}), half_sample_mode({30, 9, 4, 2.5, 2, 1}));
}

} // namespace
} // namespace nibble
