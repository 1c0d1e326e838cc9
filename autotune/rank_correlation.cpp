// SPDX-License-Identifier: Apache-2.0
#include "autotune/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace nibble {
namespace {

std::vector<double> ranks_of(const std::vector<double> &values) {
    std::vector<size_t> order(values.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (size_t first = 0, last; first < order.size(); first = last) {
        for (last = first; last < order.size() && values[order[last]] == values[order[first]]; ++last) {
        }
        for (size_t i = first; i < last; ++i) {
            ranks[order[i]] = static_cast<double>(first + last - 1) / 2;
        }
    }
    return ranks;
}

/// What the values differ from their mean by.
std::vector<double> deviations(std::vector<double> values) {
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    for (double &value : values) {
        value -= mean;
    }
    return values;
}

double product(const std::vector<double> &a, const std::vector<double> &b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

} // namespace

double rank_correlation(const std::vector<double> &a, const std::vector<double> &b) {
    if (a.empty()) {
        return 0;
    }
    const std::vector<double> x = deviations(ranks_of(a)), y = deviations(ranks_of(b));
    const double spread = std::sqrt(product(x, x) * product(y, y));
    return spread > 0 ? product(x, y) / spread : 0;
}

} // namespace nibble
