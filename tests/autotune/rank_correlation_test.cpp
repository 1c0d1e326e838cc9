// Spearman's rank correlation on series whose values are known by hand.
// SPDX-License-Identifier: Apache-2.0
#include "autotune/rank_correlation.h"

#include <cmath>

#include <gtest/gtest.h>

namespace nibble {
namespace {

TEST(RankCorrelation, OrdersThatAgreeOrAreReversed) {
    EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 30}, {10, 20, 21}), 1);
    EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 30}, {3, 2, 1}), -1);
}

TEST(RankCorrelation, OneExchangeOfNeighbours) {
    // 1 - 6 * (1 + 1) / (4 * 15)
    EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 3, 4}, {1, 3, 2, 4}), 0.8);
}

TEST(RankCorrelation, EqualValuesShareTheMeanRank) {
    // Ranks 1 2.5 2.5 4 and 1 2 3 4: covariance 4.5, variances 4.5 and 5.
    EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 2, 3}, {1, 2, 3, 4}), 4.5 / std::sqrt(4.5 * 5));
}

TEST(RankCorrelation, NothingToOrder) {
    EXPECT_EQ(rank_correlation({}, {}), 0);
    EXPECT_EQ(rank_correlation({5, 5}, {1, 2}), 0);
}

} // namespace
} // namespace nibble
