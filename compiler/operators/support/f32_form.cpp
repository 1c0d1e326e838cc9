// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/f32_form.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nibble::operators {
namespace {

double as_f32(int64_t size) { return static_cast<float>(size); }

/// The least sum that rounds to `level` or above: half a last place below it.
double rounding_edge(int32_t level) {
    const auto value = static_cast<float>(level);
    return value - (double{value} - double{std::nextafter(value, 0.0f)}) / 2;
}

/// Both signs of acc give demands on the same scale and half, for the form is odd: the middle of the halves that serve
/// every step at this scale; nothing where they contradict each other.
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

} // namespace

std::optional<F32Form> find_f32_form(const RequantiseRange &range) {
    constexpr int radius = 4; // of the search, in last places of the scale; 128 found no further channel
    const std::vector<Step> steps = steps_of(range);
    const auto nearest = static_cast<float>(range.factor);
    for (int distance = 0; distance <= radius; ++distance) {
        for (const int offset : {distance, -distance}) {
            const float scale = last_places(nearest, offset);
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
