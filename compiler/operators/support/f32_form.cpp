// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/f32_form.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace nibble::operators {
namespace {

/// The results reach `level` in size where |acc| >= first, and do not where it is less. Both signs of acc give demands
/// on the same scale and half, for the form is odd.
struct Step {
    int32_t level;
    int64_t first; ///< bound + 1 where no accumulator reaches the level
};

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

std::vector<Step> steps_of(const RequantiseRange &range) {
    std::vector<Step> steps;
    add_steps(range, 1, range.most, steps);
    if (range.sign) {
        add_steps(range, -1, -range.least, steps);
    }
    return steps;
}

double as_f32(int64_t size) { return static_cast<float>(size); }

/// The least sum that rounds to `level` or above: half a last place below it.
double rounding_edge(int32_t level) {
    const auto value = static_cast<float>(level);
    return value - (double{value} - double{std::nextafter(value, 0.0f)}) / 2;
}

/// The middle of the halves that serve every step at this scale; nothing where they contradict each other.
std::optional<float> find_half(const RequantiseRange &range, const std::vector<Step> &steps, float scale) {
    double least = 0, most = 1;
    for (const Step &step : steps) {
        const double edge = rounding_edge(step.level);
        if (step.first <= range.bound) {
            least = std::max(least, edge - as_f32(step.first) * scale);
        }
        most = std::min(most, edge - as_f32(step.first - 1) * scale);
        if (least >= most) {
            return std::nullopt;
        }
    }
    return static_cast<float>((least + most) / 2);
}

bool reaches(const F32Form &form, int64_t size, int32_t level) {
    return std::fma(static_cast<float>(size), form.scale, form.half) >= static_cast<float>(level);
}

/// The product is rounded by itself: the compiler must not fuse here.
bool reaches_unfused(const F32Form &form, int64_t size, int32_t level) {
    const volatile float product = static_cast<float>(size) * form.scale;
    return product + form.half >= static_cast<float>(level);
}

/// The proof: with the arithmetic that kernels do, on both sides of every step.
bool equals_definition(const RequantiseRange &range, const std::vector<Step> &steps, const F32Form &form) {
    constexpr double most_sum = 1 << 30; // what may be truncated to s32 and moved by the zero point
    const auto equal = [&](auto reached) {
        return std::all_of(steps.begin(), steps.end(), [&](const Step &step) {
            return (step.first > range.bound || reached(form, step.first, step.level)) &&
                   !reached(form, step.first - 1, step.level);
        });
    };
    return form.half < 1 && as_f32(range.bound) * form.scale < most_sum - 1 && equal(reaches) &&
           (!range.unfused || equal(reaches_unfused));
}

float neighbour(float value, int steps) {
    const float towards = steps < 0 ? 0.0f : std::numeric_limits<float>::infinity();
    for (int i = 0; i < std::abs(steps); ++i) {
        value = std::nextafter(value, towards);
    }
    return value;
}

} // namespace

std::optional<F32Form> find_f32_form(const RequantiseRange &range) {
    constexpr int radius = 4; // of the search, in last places of the scale; 128 found no further channel
    const std::vector<Step> steps = steps_of(range);
    const auto nearest = static_cast<float>(range.factor);
    for (int distance = 0; distance <= radius; ++distance) {
        for (const int offset : {distance, -distance}) {
            const float scale = neighbour(nearest, offset);
            if (const auto half = find_half(range, steps, scale)) {
                const F32Form form = {scale, *half};
                if (equals_definition(range, steps, form)) {
                    return form;
                }
            }
        }
    }
    return std::nullopt;
}

} // namespace nibble::operators
