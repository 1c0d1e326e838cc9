// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/step_edges.h"

namespace nibble::test {
namespace {

/// The least accumulator whose value is at least `wanted`, or bound + 1.
int64_t threshold(int64_t bound, const std::function<int64_t(int64_t)> &value, int64_t wanted) {
    int64_t low = -bound;
    int64_t high = bound + 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        (middle <= bound && value(middle) < wanted) ? low = middle + 1 : high = middle;
    }
    return low;
}

} // namespace

std::set<int64_t> step_edges(int64_t bound, const std::function<int64_t(int64_t acc)> &value) {
    std::set<int64_t> edges = {-bound, -bound + 1, -2, -1, 0, 1, 2, bound - 1, bound};
    for (int64_t wanted = -130; wanted <= 130; ++wanted) {
        const int64_t step = threshold(bound, value, wanted);
        edges.insert({step - 1, step, step + 1});
    }
    edges.erase(edges.begin(), edges.lower_bound(-bound));
    edges.erase(edges.upper_bound(bound), edges.end());
    return edges;
}

} // namespace nibble::test
