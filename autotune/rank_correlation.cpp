// SPDX-License-Identifier: Apache-2.0
#include "autotune/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace nibble {
namespace {

/// Each figure's rank, twice, about the middle: 0 for the median.
std::vector<double> ranks(const std::vector<double> &figures) {
    std::vector<double> ranks;
    for (const double figure : figures) {
        const auto smaller = [figure](double other) { return other < figure; };
        const auto larger = [figure](double other) { return other > figure; };
        ranks.push_back(static_cast<double>(std::count_if(figures.begin(), figures.end(), smaller) -
                                            std::count_if(figures.begin(), figures.end(), larger)));
    }
    return ranks;
}

double product(const std::vector<double> &a, const std::vector<double> &b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

} // namespace

double rank_correlation(const std::vector<double> &a, const std::vector<double> &b) {
    // Ranks about the middle have a mean of 0.
    const std::vector<double> x = ranks(a), y = ranks(b);
    const double scale = std::sqrt(product(x, x) * product(y, y));
    return scale > 0 ? product(x, y) / scale : 0;
}

} // namespace nibble
