// Rank correlations of lists whose order is known.
// SPDX-License-Identifier: Apache-2.0
#include "autotune/rank_correlation.h"

#include <cmath>

#include <gtest/gtest.h>

namespace nibble {
namespace {

TEST(RankCorrelation, ComparesOrders) {
    EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 3, 4}, {10, 200, 3000, 3001}), 1);
    EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 3, 4}, {9, 8, 7, 1}), -1);
    EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 3}, {2, 1, 3}), 0.5); // 1 - 6 (1 + 1 + 0) / (3 (9 - 1))
}

TEST(RankCorrelation, EqualFiguresShareTheirMiddleRank) {
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
    EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 2, 3}, {1, 2, 3, 4}), 4.5 / std::sqrt(4.5 * 5));
}

TEST(RankCorrelation, IsNothingWhereThereIsNoOrder) {
    EXPECT_EQ(rank_correlation({1, 1, 1}, {1, 2, 3}), 0);
    EXPECT_EQ(rank_correlation({}, {}), 0);
}

} // namespace
} // namespace nibble
