// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/sampling.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "compiler/operators/support/quantisation.h"

namespace nibble::operators {
namespace {

template <typename T>
void add_missing(Layer &layer, const char *name, DType dtype, const std::vector<int64_t> &shape,
                 const std::function<T(int64_t)> &element) {
    if (layer.constants.count(name) != 0) {
        return;
    }
    std::vector<T> values(std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>()));
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = element(static_cast<int64_t>(i));
    }
    layer.constants[name] = make_constant(dtype, shape, values);
}

} // namespace

int64_t draw(std::mt19937 &generator, int64_t least, int64_t most) {
    return least + static_cast<int64_t>(generator() % static_cast<uint64_t>(most - least + 1));
}

void add_random_constant(Layer &layer, const char *name, DType dtype, const std::vector<int64_t> &shape,
                         std::mt19937 &generator) {
    if (dtype == DType::s16) {
        add_missing<int16_t>(layer, name, dtype, shape, [&](int64_t) { return draw(generator, -32768, 32767); });
    } else {
        add_missing<int8_t>(layer, name, dtype, shape, [&](int64_t) { return draw(generator, -128, 127); });
    }
}

void add_random_bias(Layer &layer, int64_t channels, int64_t most, std::mt19937 &generator) {
    add_missing<int32_t>(layer, "bia", DType::s32, {channels}, [&](int64_t) { return draw(generator, -most, most); });
}

void randomise_channel_constants(Layer &layer, const std::vector<int64_t> &wei_shape, int64_t channels, int64_t k,
                                 std::mt19937 &generator) {
    // Products of two uniform s8 values deviate by about 2^12.4, their sum by the square root of their number more;
    // the output spreads by about 2^6.
    const double spread = std::ldexp(std::sqrt(static_cast<double>(k)), 12);
    const auto right = static_cast<int64_t>(std::lround(std::log2(spread) - 6));
    const auto most_bias = static_cast<int64_t>(spread);
    // What the two zero points make of the average product; without it the outputs lie round their zero point.
    const int64_t centre = -k * layer.at("src_zero") * layer.at("wei_zero");
    add_random_constant(layer, "wei", DType::s8, wei_shape, generator);
    add_missing<int32_t>(layer, "bia", DType::s32, {channels},
                         [&](int64_t) { return centre + draw(generator, -most_bias, most_bias); });
    add_missing<int32_t>(layer, "multiplier", DType::s32, {channels},
                         [&](int64_t) { return draw(generator, int64_t{1} << 30, (int64_t{1} << 31) - 1); });
    add_missing<int32_t>(layer, "shift", DType::s32, {channels},
                         [&](int64_t) { return -right + draw(generator, -1, 1); });
}

void add_steep_constants(Layer &layer, const std::vector<int64_t> &wei_shape, int64_t channels) {
    std::mt19937 generator(7);
    add_missing<int8_t>(layer, "wei", DType::s8, wei_shape, [&](int64_t) { return draw(generator, -1, 1); });
    add_missing<int32_t>(layer, "bia", DType::s32, {channels}, [&](int64_t) { return draw(generator, -20, 20); });
    add_missing<int32_t>(layer, "multiplier", DType::s32, {channels},
                         [&](int64_t) { return draw(generator, int64_t{1} << 30, (int64_t{1} << 31) - 1); });
    add_missing<int32_t>(layer, "shift", DType::s32, {channels}, [](int64_t channel) { return channel % 4 - 2; });
}

void add_narrow_weights(Layer &layer, const std::vector<int64_t> &wei_shape) {
    std::mt19937 generator(11);
    add_missing<int8_t>(layer, "wei", DType::s8, wei_shape,
                        [&](int64_t) { return std::clamp<int64_t>(draw(generator, -254, 254), -127, 127); });
}

} // namespace nibble::operators
