// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/softmax_s16.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {
namespace {

constexpr int64_t least = -32768, most = 32767;

int16_t saturated(int64_t value) { return static_cast<int16_t>(std::clamp(value, least, most)); }

template <typename Function>
FunctionTable table_of(const Function &function, double first, double last) {
    const auto scaled = [&](double x) { return std::round(function(x) * 32768.0); };
    FunctionTable table{};
    const size_t intervals = table.size() - 1;
    const double step = (last - first) / static_cast<double>(intervals);
    for (size_t i = 0; i < intervals; ++i) {
        const double x = first + static_cast<double>(i) * step, value = scaled(x);
        const double next = function(first + static_cast<double>(i + 1) * step) * 32768.0;
        const double on_line = std::round((next + value) / 2);
        table[i] = saturated(std::lround(value - std::round((on_line - scaled(x + step / 2)) / 2)));
    }
    table[intervals] = saturated(std::lround(scaled(last)));
    return table;
}

/// 1 / sum in Q0.15, of a sum brought to [1, 2) whose leading one is at bit `top`.
int16_t reciprocal_of(const FunctionTable &reciprocals, int32_t sum, int top) {
    const auto in_q30 = static_cast<int64_t>(sum) << (30 - top);
    const int64_t rounded = (in_q30 + (1 << 13)) >> 14; // Q1.16
    return value_at(reciprocals, saturated(rounded - (1 << 16) - (1 << 15)));
}

} // namespace

FunctionTable exponential_table() {
    return table_of([](double x) { return std::exp(x); }, -10, 0);
}

FunctionTable reciprocal_table() {
    return table_of([](double x) { return 1 / (1 + x); }, 0, 1);
}

int16_t value_at(const FunctionTable &table, int16_t argument) {
    const size_t place = static_cast<size_t>(256 + (argument >> 7));
    const int32_t slope = table[place + 1] - table[place];
    return static_cast<int16_t>(table[place] + ((slope * (argument & 127) + 64) >> 7));
}

void softmax_s16(const SoftmaxS16 &p, const FunctionTable &exponentials, const FunctionTable &reciprocals,
                 const int16_t *src, int16_t *dst) {
    std::vector<int16_t> powers(static_cast<size_t>(p.depth));
    for (int64_t row = 0; row < p.rows; ++row, src += p.depth, dst += p.depth) {
        const int32_t largest = *std::max_element(src, src + p.depth);
        int32_t sum = 0;
        for (int64_t i = 0; i < p.depth; ++i) {
            const int64_t scaled = requantize_double(src[i] - largest, p.multiplier, p.shift);
            powers[i] = value_at(exponentials, saturated(scaled + most));
            sum += powers[i];
        }
        const auto top = static_cast<int>(std::ilogb(static_cast<double>(sum)));
        const int64_t reciprocal = reciprocal_of(reciprocals, sum, top);
        for (int64_t i = 0; i < p.depth; ++i) {
            const int64_t quotient = (powers[i] * reciprocal + (int64_t{1} << (top - 1))) >> top;
            dst[i] = static_cast<int16_t>(std::clamp<int64_t>(quotient, 0, most));
        }
    }
}

} // namespace nibble::reference
