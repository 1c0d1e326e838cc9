// How well one list of figures puts things in the order of another.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace nibble {

/// Spearman's rank correlation of lists of the same length: 1 for the same order, -1 for the opposite; equal figures
/// share their middle rank. 0 where all of a list are equal.
double rank_correlation(const std::vector<double> &a, const std::vector<double> &b);

} // namespace nibble
