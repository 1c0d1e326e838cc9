// How well one series of numbers orders another's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace nibble {

/// Spearman's rank correlation: Pearson's of the ranks, equal values sharing the mean of theirs. 1: the same order, -1:
/// the opposite, 0 where one of the series has a single value. Both have one length.
double rank_correlation(const std::vector<double> &, const std::vector<double> &);

} // namespace nibble
