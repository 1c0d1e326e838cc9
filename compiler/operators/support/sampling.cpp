// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/sampling.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/weight_zero.h"
#include "runtime/reference/float_bits.h"

namespace nibble::operators {
namespace {

int64_t count(const std::vector<int64_t> &shape) {
    return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

const Layer &sample_named(const std::string &name, const std::vector<Layer> &layers) {
    return *std::find_if(layers.begin(), layers.end(), [&](const Layer &layer) { return layer.name == name; });
}

template <typename T>
void add_missing(Layer &layer, const char *name, DType dtype, const std::vector<int64_t> &shape,
                 const std::function<T(int64_t)> &element) {
    if (layer.constants.count(name) != 0) {
        return;
    }
    std::vector<T> values(count(shape));
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = element(static_cast<int64_t>(i));
    }
    layer.constants[name] = make_constant(dtype, shape, values);
}

float scale_of(int64_t multiplier, int64_t shift) {
    return static_cast<float>(std::ldexp(static_cast<double>(multiplier), static_cast<int>(shift) - 31));
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
    // Products of two uniform s8 values deviate by about 2^12.4, of one and a nibble by 2^8.4, their sum by the square
    // root of their number more; the output spreads by about 2^6.
    const double spread = std::ldexp(std::sqrt(static_cast<double>(k)), wei_bits(layer) == 4 ? 8 : 12);
    const auto right = static_cast<int64_t>(std::lround(std::log2(spread) - 6));
    const auto most_bias = static_cast<int64_t>(spread);
    // What the two zero points make of the average product; without it the outputs lie round their zero point.
    const int64_t centre = -k * layer.at("src_zero") * layer.at("wei_zero");
    if (wei_bits(layer) == 4) {
        add_missing<int8_t>(layer, "wei", DType::s8, wei_shape, [&](int64_t) { return draw(generator, -8, 7); });
    }
    add_random_constant(layer, "wei", DType::s8, wei_shape, generator);
    add_missing<int32_t>(layer, "bia", DType::s32, {channels},
                         [&](int64_t) { return centre + draw(generator, -most_bias, most_bias); });
    if (layer.constants.count("scale") != 0) {
        return;
    }
    add_missing<int32_t>(layer, "multiplier", DType::s32, {channels},
                         [&](int64_t) { return draw(generator, int64_t{1} << 30, (int64_t{1} << 31) - 1); });
    add_missing<int32_t>(layer, "shift", DType::s32, {channels},
                         [&](int64_t) { return -right + draw(generator, -1, 1); });
    set_rounding(layer, layer.rounding);
}

void set_rounding(Layer &layer, Rounding rounding) {
    layer.rounding = rounding;
    if (rounding != Rounding::float_) {
        return;
    }
    if (layer.constants.count("multiplier") != 0) {
        const Constant multiplier = layer.constants.at("multiplier"), shift = layer.constants.at("shift");
        std::vector<float> scales;
        for (int64_t c = 0; c < multiplier.shape.at(0); ++c) {
            scales.push_back(scale_of(multiplier.as<int32_t>()[c], shift.as<int32_t>()[c]));
        }
        layer.constants["scale"] = make_constant(DType::f32, multiplier.shape, scales);
        layer.constants.erase("multiplier");
        layer.constants.erase("shift");
    }
    if (layer.attributes.count("multiplier") != 0) {
        layer.attributes["scale_bits"] = reference::bits_of_float(scale_of(layer.at("multiplier"), layer.at("shift")));
        layer.attributes.erase("multiplier");
        layer.attributes.erase("shift");
    }
}

void add_rounded_samples(const std::vector<std::string> &names, std::vector<Layer> &layers) {
    for (const std::string &name : names) {
        const Layer layer = sample_named(name, layers);
        for (const Rounding rounding : {Rounding::single, Rounding::float_}) {
            Layer rounded = layer;
            set_rounding(rounded, rounding);
            rounded.name = std::string(to_string(rounding)) + "_" + name;
            layers.push_back(std::move(rounded));
        }
    }
}

void add_nibble_samples(const std::vector<std::string> &names, std::vector<int64_t> (*wei_shape)(const Layer &),
                        bool channels_last, std::vector<Layer> &layers) {
    std::mt19937 generator(13);
    for (const std::string &name : names) {
        for (const char *type : {"s4", "u4"}) {
            Layer layer = sample_named(name, layers);
            const std::vector<int64_t> shape = wei_shape(layer);
            const int64_t channels = channels_last ? shape.back() : shape.front();
            const int64_t inner = count(shape) / channels;
            layer.name = std::string(type) + "_" + name;
            layer.attributes["wei_bits"] = 4;
            layer.attributes["wei_zero_by_channel"] = type == std::string("u4");
            add_missing<int8_t>(layer, "wei", DType::s8, shape, [&](int64_t i) {
                const int64_t channel = channels_last ? i % channels : i / inner;
                const int64_t zero = type == std::string("u4") ? channel * 5 % 16 - 8 : 0;
                return draw(generator, -8, 7) - zero;
            });
            // Zero points would move the sums of most channels out of the output's range.
            const double average_src = -0.5 - static_cast<double>(layer.at("src_zero"));
            add_missing<int32_t>(layer, "bia", DType::s32, {channels}, [&](int64_t channel) {
                const auto *wei = layer.constants.at("wei").as<int8_t>();
                double sum = 0;
                for (int64_t i = 0; i < inner; ++i) {
                    sum += wei[channels_last ? i * channels + channel : channel * inner + i];
                }
                return std::lround(-sum * average_src) + draw(generator, -100, 100);
            });
            layers.push_back(std::move(layer));
        }
    }
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
