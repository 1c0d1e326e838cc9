// SPDX-License-Identifier: Apache-2.0
#include "tests/support/data_sets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "compiler/operator_table.h"
#include "compiler/operators/support/weight_zero.h"

namespace nibble::test {

namespace {

constexpr int64_t least = -128;
constexpr int64_t most = 127;

/// Sums of 64 bits are of as many.
constexpr size_t widest_sum = 40;

/// Elements of one integer source by pattern: constants for every source, or different ones for the first and the
/// others. Pairs of 4 bits count as bytes.
Bytes integer_source(const std::string &pattern, size_t which, const LayerTensor &tensor, std::mt19937 &generator) {
    Bytes bytes(static_cast<size_t>(tensor.bytes()));
    const auto width = static_cast<size_t>(std::max<int64_t>(bits_of(tensor.dtype) / 8, 1));
    const int64_t low = -(int64_t{1} << (std::min(8 * width, widest_sum) - 1)), high = -low - 1;
    const int64_t offset = tensor.dtype == DType::u8 ? -low : 0;
    for (size_t i = 0; i < bytes.size() / width; ++i) {
        int64_t value = static_cast<int64_t>(generator() % static_cast<uint64_t>(high - low + 1)) + low;
        if (pattern == "least") {
            value = low;
        } else if (pattern == "most") {
            value = high;
        } else if (pattern == "alternating") {
            value = (i + which) % 2 == 0 ? low : high;
        }
        for (size_t byte = 0; byte < width; ++byte) {
            bytes[i * width + byte] = static_cast<uint8_t>((value + offset) >> (8 * byte));
        }
    }
    return bytes;
}

/// An f32 source in units of the destination's scale: values, ties between two steps, and what is no number. Where the
/// result is f32, what makes NaN of two numbers is left out: which NaN that is differs between processors.
Bytes f32_source(const std::string &pattern, size_t elements, float scale, bool f32_result, std::mt19937 &generator) {
    constexpr std::array<float, 6> odd = {
        std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::denorm_min(),
        std::numeric_limits<float>::max(),       -0.0f};
    Bytes bytes(elements * sizeof(float));
    for (size_t i = 0; i < elements; ++i) {
        const auto steps = static_cast<float>(static_cast<int64_t>(generator() % 1200) - 600);
        float value = steps * 0.5f * scale;
        if (pattern == "least" || pattern == "most") {
            value = odd[generator() % odd.size()];
        } else if (pattern == "random") {
            value += static_cast<float>(generator()) * 0x1p-32f * scale;
        }
        if (f32_result && (!std::isfinite(value) || value == 0)) {
            value = 0.25f;
        }
        std::memcpy(bytes.data() + i * sizeof(float), &value, sizeof(float));
    }
    return bytes;
}

float scale_of(const Layer &layer) {
    const auto bits = layer.attributes.find("scale_bits");
    float scale = 1;
    if (bits != layer.attributes.end()) {
        const auto word = static_cast<uint32_t>(bits->second);
        std::memcpy(&scale, &word, sizeof(scale));
    }
    return scale;
}

CallData make_call(const Layer &layer, const std::string &pattern, std::mt19937 &generator) {
    CallData call{pattern, {}, {}};
    const bool f32_result = std::any_of(layer.dst.begin(), layer.dst.end(),
                                        [](const LayerTensor &tensor) { return tensor.dtype == DType::f32; });
    for (size_t i = 0; i < layer.src.size(); ++i) {
        const LayerTensor &tensor = layer.src[i];
        const auto elements = static_cast<size_t>(tensor.elements());
        call.src.push_back(tensor.dtype == DType::f32
                               ? f32_source(pattern, elements, scale_of(layer), f32_result, generator)
                               : integer_source(pattern, i, tensor, generator));
    }
    call.expected = reference_results(layer, call.src);
    return call;
}

/// Weights as channels x reduction, wherever they lie.
class Weights {
public:
    explicit Weights(Layer &layer) : wei_(layer.constants.at("wei")), depthwise_(layer.op == "depthwise_conv2d") {
        channels_ = depthwise_ ? wei_.shape.back() : wei_.shape.front();
        reduction_ = static_cast<int64_t>(wei_.data.size()) / channels_;
    }

    int64_t channels() const { return channels_; }
    int64_t reduction() const { return reduction_; }
    void set(int64_t channel, int64_t element, int64_t value) {
        const int64_t at = depthwise_ ? element * channels_ + channel : channel * reduction_ + element;
        wei_.data[static_cast<size_t>(at)] = static_cast<uint8_t>(value);
    }
    int64_t smallest() const {
        const auto *wei = wei_.as<int8_t>();
        return *std::min_element(wei, wei + wei_.data.size());
    }
    void set_all(int64_t value) { wei_.data.assign(wei_.data.size(), static_cast<uint8_t>(value)); }

    /// The element of the window's middle that belongs to the channel.
    int64_t middle(int64_t channel) const {
        if (wei_.shape.size() != 4) {
            return channel % reduction_;
        }
        const int64_t tap = wei_.shape[1] / 2 * wei_.shape[2] + wei_.shape[2] / 2;
        return depthwise_ ? tap : tap * wei_.shape[3] + channel % wei_.shape[3];
    }

private:
    Constant &wei_;
    bool depthwise_;
    int64_t channels_;
    int64_t reduction_;
};

void set_weights(Layer &layer, const std::string &pattern, std::mt19937 &generator) {
    Weights wei(layer);
    if (pattern == "random") {
        return;
    }
    wei.set_all(pattern == "least" ? wei.smallest() : 0);
    for (int64_t channel = 0; channel < wei.channels(); ++channel) {
        if (pattern == "one_hot") {
            const int64_t largest = operators::wei_bits(layer) == 4 ? 7 : most;
            wei.set(channel, static_cast<int64_t>(generator() % static_cast<uint64_t>(wei.reduction())), largest);
        } else if (pattern == "identity") {
            wei.set(channel, wei.middle(channel), 1);
        }
    }
}

} // namespace

std::vector<Bytes> reference_results(const Layer &layer, const std::vector<Bytes> &src) {
    std::vector<Bytes> results;
    for (const LayerTensor &tensor : layer.dst) {
        results.emplace_back(static_cast<size_t>(tensor.bytes()));
    }
    std::vector<const void *> inputs;
    for (const Bytes &bytes : src) {
        inputs.push_back(bytes.data());
    }
    std::vector<void *> outputs;
    for (Bytes &bytes : results) {
        outputs.push_back(bytes.data());
    }
    find_operator(layer.op)->reference(layer, inputs, outputs);
    return results;
}

std::vector<DataSet> make_data_sets(const Layer &bare, uint32_t seed) {
    std::mt19937 generator(seed);
    Layer random = bare;
    find_operator(bare.op)->randomise(random, generator);
    std::vector<std::string> weights = {"random"};
    if (random.constants.count("wei") != 0) {
        if (bare.constants.count("wei") == 0) {
            Weights(random).set(
                0, 0, operators::wei_bits(random) == 4 ? -8 : least); // kernels may depend on whether it is there
        }
        weights = {"random", "zero", "least", "one_hot", "identity"};
    }
    std::vector<DataSet> sets;
    for (const std::string &pattern : weights) {
        DataSet set{pattern, random, {}};
        if (random.constants.count("wei") != 0) {
            set_weights(set.layer, pattern, generator);
        }
        for (const char *source : {"random", "least", "most", "alternating"}) {
            set.calls.push_back(make_call(set.layer, source, generator));
        }
        sets.push_back(std::move(set));
    }
    return sets;
}

} // namespace nibble::test
