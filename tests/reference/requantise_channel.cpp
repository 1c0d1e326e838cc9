// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/requantise_channel.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "compiler/operators/support/channel_requantise.h"
#include "runtime/reference/requantize_math.h"

namespace nibble::test {
namespace {

double factor(const RequantiseChannel &c) { return std::ldexp(static_cast<double>(c.multiplier), c.shift - 31); }

} // namespace

int32_t RequantiseChannel::exact(int32_t acc) const {
    return rounding == "double"   ? reference::requantize_double(acc, multiplier, shift)
           : rounding == "single" ? reference::requantize_single(acc, multiplier, shift)
                                  : reference::requantize_float(acc, static_cast<float>(factor(*this)));
}

int64_t RequantiseChannel::defined(int64_t acc) const {
    return std::clamp<int64_t>(int64_t{exact(static_cast<int32_t>(acc))} + dst_zero, clamp_min(), 127);
}

operators::RequantiseRange RequantiseChannel::range() const {
    operators::RequantiseRange result;
    result.exact = [this](int32_t acc) { return exact(acc); };
    result.factor = factor(*this);
    result.bound = bound;
    result.dst_zero = dst_zero;
    result.least = clamp_min() - dst_zero;
    result.most = 127 - dst_zero;
    result.sign = !relu;
    return result;
}

std::string RequantiseChannel::describe() const {
    return fmt::format("{} multiplier {} shift {} dst_zero {} relu {}", rounding, multiplier, shift, dst_zero, relu);
}

RequantiseChannel random_channel(std::mt19937 &generator, const std::string &rounding, int32_t shift, bool relu) {
    const auto multiplier = static_cast<int32_t>((1u << 30) + generator() % (1u << 30));
    const auto zero = relu ? -128 : static_cast<int32_t>(generator() % 41) - 20;
    return {rounding, multiplier, shift, zero, relu, operators::accumulator_bound(96, 12345)};
}

} // namespace nibble::test
