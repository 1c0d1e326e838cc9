// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/biased_form.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace nibble::operators {
namespace {

constexpr int64_t float_integers = int64_t{1} << 23; ///< from here on, up to its double, f32's last place is 1
constexpr int32_t float_integers_bits = 0x4B000000;

/// What the sum has to come to for `level`: half below the result, which ties to even let only even results reach.
struct Threshold {
    float value;
    bool reached_at; ///< false: only above

    Threshold(const RequantiseRange &range, int32_t level)
        : value(static_cast<float>(level + range.dst_zero) - 0.5f), reached_at((level + range.dst_zero) % 2 == 0) {}

    bool reached(float sum) const { return reached_at ? sum >= value : sum > value; }
    /// Exact sums above this one are rounded to one that reaches the threshold.
    double edge() const {
        constexpr float infinity = std::numeric_limits<float>::infinity();
        return (double{value} + double{std::nextafter(value, reached_at ? -infinity : infinity)}) / 2;
    }
};

/// What may be added to acc * scale so that every step is where it has to be; empty where least >= most.
struct Interval {
    double least, most;
};

Interval find_interval(const RequantiseRange &range, const std::vector<Step> &steps, float scale) {
    Interval interval = {range.dst_zero - 0.5, range.dst_zero + 0.5};
    for (const Step &step : steps) {
        const double edge = Threshold(range, step.level).edge();
        if (step.first <= range.bound) {
            interval.least = std::max(interval.least, edge - static_cast<double>(step.first) * scale);
        }
        interval.most = std::min(interval.most, edge - static_cast<double>(step.first - 1) * scale);
    }
    return interval;
}

/// The accumulator as kernels see it.
float biased(const BiasedForm &form, int64_t acc) {
    const auto bits = static_cast<int32_t>(acc + form.base);
    float value = 0;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
}

/// The proof: with the arithmetic that kernels do, on both sides of every step.
bool equals_definition(const RequantiseRange &range, const std::vector<Step> &steps, const BiasedForm &form) {
    const auto reaches = [&](int64_t acc, int32_t level) {
        return Threshold(range, level).reached(std::fma(biased(form, acc), form.scale, form.offset));
    };
    return std::all_of(steps.begin(), steps.end(), [&](const Step &step) {
        return (step.first > range.bound || reaches(step.first, step.level)) && !reaches(step.first - 1, step.level);
    });
}

/// An offset is as coarse as the product that it takes out, so bases are tried until what is left over lies in the
/// interval: their products' last places differ.
std::optional<BiasedForm> find_base(const RequantiseRange &range, const std::vector<Step> &steps, float scale) {
    constexpr int64_t most_bases = 2048; // an interval is some hundredths of a last place of the offset
    const Interval interval = find_interval(range, steps, scale);
    if (interval.least >= interval.most) {
        return std::nullopt;
    }
    const int64_t last = std::min(range.bound + most_bases, float_integers - 1 - range.bound);
    for (int64_t base = range.bound; base <= last; ++base) {
        const double product = static_cast<double>(float_integers + base) * scale;
        const auto offset = static_cast<float>((interval.least + interval.most) / 2 - product);
        const double left_over = product + offset;
        if (left_over > interval.least && left_over < interval.most) {
            const BiasedForm form = {static_cast<int32_t>(float_integers_bits + base), scale, offset};
            if (equals_definition(range, steps, form)) {
                return form;
            }
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<BiasedForm> find_biased_form(const RequantiseRange &range) {
    constexpr int radius = 4;                     // of the search, in last places of the scale
    constexpr double most_sum = int64_t{1} << 30; // what may be converted to s32
    if (range.sign || range.bound >= biased_bound || 2.0 * float_integers * range.factor >= most_sum) {
        return std::nullopt;
    }
    const std::vector<Step> steps = steps_of(range);
    const auto nearest = static_cast<float>(range.factor);
    for (int distance = 0; distance <= radius; ++distance) {
        for (const int places : {distance, -distance}) {
            if (const auto form = find_base(range, steps, last_places(nearest, places))) {
                return form;
            }
        }
    }
    return std::nullopt;
}

} // namespace nibble::operators
