// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/requantise_steps.h"

#include <cmath>
#include <cstdlib>
#include <limits>

namespace nibble::operators {
namespace {

int64_t size_of_result(const RequantiseRange &range, int64_t size, int sign) {
    return sign * int64_t{range.exact(static_cast<int32_t>(sign * size))};
}

int64_t first_at(const RequantiseRange &range, int sign, int32_t level) {
    int64_t below = 0, reached = range.bound + 1;
    while (reached - below > 1) {
        const int64_t middle = (below + reached) / 2;
        (size_of_result(range, middle, sign) >= level ? reached : below) = middle;
    }
    return reached;
}

/// Steps of one sign up to `most`, and the first one that no accumulator reaches.
void add_steps(const RequantiseRange &range, int sign, int32_t most, std::vector<Step> &steps) {
    for (int32_t level = 1; level <= most; ++level) {
        const int64_t first = first_at(range, sign, level);
        steps.push_back({level, first});
        if (first > range.bound) {
            return;
        }
    }
}

} // namespace

std::vector<Step> steps_of(const RequantiseRange &range) {
    std::vector<Step> steps;
    add_steps(range, 1, range.most, steps);
    if (range.sign) {
        add_steps(range, -1, -range.least, steps);
    }
    return steps;
}

float last_places(float value, int places) {
    const float towards = places < 0 ? 0.0f : std::numeric_limits<float>::infinity();
    for (int i = 0; i < std::abs(places); ++i) {
        value = std::nextafter(value, towards);
    }
    return value;
}

} // namespace nibble::operators
