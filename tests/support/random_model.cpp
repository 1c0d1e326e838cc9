// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <random>

#include <fmt/format.h>

#include "compiler/operators/support/sampling.h"

namespace nibble::test {
namespace {

using operators::draw;

class RandomModel {
public:
    explicit RandomModel(uint32_t seed) : generator_(seed) {
        model_.source = fmt::format("random model {}", seed);
        type_ = pick<DType>({DType::s8, DType::s8, DType::u8, DType::s16, DType::f32});
        rounding_ = random_rounding();
        const bool image = type_ != DType::f32 && !chance(3);
        const std::vector<int64_t> shape = image ? std::vector<int64_t>{draw(generator_, 1, 2), draw(generator_, 3, 13),
                                                                        draw(generator_, 3, 13), channels()}
                                                 : std::vector<int64_t>{draw(generator_, 1, 20), depth()};
        current_ = add_activation(shape, random_scale());
        model_.inputs = {current_};
        for (int64_t left = draw(generator_, 2, 4); left > 0; --left) {
            add_operator();
        }
        model_.outputs = {current_};
        check_model(model_);
    }

    Model take() { return std::move(model_); }

private:
    bool chance(int64_t of) { return draw(generator_, 1, of) == 1; }
    template <typename T>
    T pick(const std::vector<T> &of) {
        return of[static_cast<size_t>(draw(generator_, 0, static_cast<int64_t>(of.size()) - 1))];
    }
    int64_t channels() { return pick<int64_t>({1, 3, 8, 16, 17, 24, 32, 40, 64, draw(generator_, 1, 70)}); }
    int64_t depth() { return pick<int64_t>({1, 32, 64, 100, 128, 257, draw(generator_, 1, 300)}); }
    float random_scale() { return static_cast<float>(draw(generator_, 5, 200)) * 0.001f; }

    Rounding random_rounding() {
        if (type_ == DType::f32) {
            return Rounding::none;
        }
        return type_ == DType::s16
                   ? pick<Rounding>({Rounding::double_, Rounding::reduced16})
                   : pick<Rounding>({Rounding::double_, Rounding::double_, Rounding::single, Rounding::float_});
    }

    Tensor &tensor(int index) { return model_.tensors[static_cast<size_t>(index)]; }

    Quantization one_scale(float scale, int32_t zero) {
        Quantization q;
        q.scale = {scale};
        q.zero_point = {zero};
        return q;
    }

    int add(Tensor tensor, const char *kind) {
        tensor.name = fmt::format("{}{}", kind, model_.tensors.size());
        model_.tensors.push_back(std::move(tensor));
        return static_cast<int>(model_.tensors.size()) - 1;
    }

    int add_activation(const std::vector<int64_t> &shape, float scale, std::optional<int32_t> zero = {}) {
        Tensor tensor;
        tensor.shape = shape;
        tensor.dtype = type_;
        if (type_ == DType::f32) {
            return add(tensor, "activation");
        }
        const auto random_zero = static_cast<int32_t>(draw(generator_, -128, 127) + (type_ == DType::u8 ? 128 : 0));
        tensor.quantization = one_scale(scale, type_ == DType::s16 ? 0 : zero.value_or(random_zero));
        return add(tensor, "activation");
    }

    DType weight_type(int64_t products) {
        // More products of s16 by s8 might leave s32.
        constexpr int64_t most_products = 500;
        if (type_ == DType::s16 && rounding_ == Rounding::double_ && products > most_products) {
            return DType::s4;
        }
        return type_ == DType::s16  ? pick<DType>({DType::s8, DType::s4})
               : type_ == DType::u8 ? pick<DType>({DType::u8, DType::s4, DType::u4})
                                    : pick<DType>({DType::s8, DType::s4, DType::u4});
    }

    /// Weights of a type that the activations go with; channels along `axis`.
    int add_weights(const std::vector<int64_t> &shape, int axis) {
        Tensor tensor;
        tensor.shape = shape;
        tensor.dtype = weight_type(tensor.elements() / shape[static_cast<size_t>(axis)]);
        const bool by_channel = tensor.dtype != DType::u8 && chance(2);
        const int64_t count = by_channel ? shape[static_cast<size_t>(axis)] : 1;
        const int bits = bits_of(tensor.dtype);
        const bool has_zero = tensor.dtype == DType::u8 || tensor.dtype == DType::u4;
        Quantization q = one_scale(0.01f, 0);
        q.scale.clear();
        q.zero_point.clear();
        q.granularity = by_channel ? Granularity::per_channel : Granularity::per_tensor;
        q.axis = by_channel ? axis : 0;
        q.symmetric = !has_zero;
        for (int64_t i = 0; i < count; ++i) {
            q.scale.push_back(0.01f * static_cast<float>(draw(generator_, 50, 150)) * 0.01f);
            q.zero_point.push_back(has_zero ? static_cast<int32_t>(draw(generator_, 0, (1 << bits) - 1)) : 0);
        }
        tensor.quantization = q;
        tensor.data.resize(static_cast<size_t>(tensor.bytes()));
        std::generate(tensor.data.begin(), tensor.data.end(), [&] { return static_cast<uint8_t>(generator_() >> 24); });
        return add(tensor, "weights");
    }

    /// Scales of the groups of weights [n, k] that have a length for groups, or integers for them.
    void scale_by_group(Tensor &wei) {
        std::vector<int64_t> sizes;
        for (const int64_t size : {8, 16, 32, 40, 64, 128}) {
            if (wei.shape[1] % size == 0) {
                sizes.push_back(size);
            }
        }
        const bool multiplied = type_ != DType::f32 || chance(3);
        if (sizes.empty() || bits_of(wei.dtype) != 4 || type_ == DType::s16) {
            return;
        }
        Quantization q = one_scale(0.01f, wei.dtype == DType::u4 ? 8 : 0);
        q.granularity = Granularity::per_group;
        q.axis = 1;
        q.group_size = pick(sizes);
        q.symmetric = multiplied;
        const int64_t groups = wei.elements() / q.group_size, scales = multiplied ? wei.shape[0] : groups;
        q.scale.clear();
        for (int64_t i = 0; i < scales; ++i) {
            q.scale.push_back(random_scale() * 0.1f);
        }
        q.zero_point.assign(static_cast<size_t>(scales), q.zero_point[0]);
        if (multiplied) {
            q.group_multiplier.resize(static_cast<size_t>(groups));
            std::generate(q.group_multiplier.begin(), q.group_multiplier.end(),
                          [&] { return draw(generator_, 1, 16); });
        } else if (wei.dtype == DType::u4) {
            std::generate(q.zero_point.begin(), q.zero_point.end(), [&] { return draw(generator_, 0, 15); });
        }
        wei.quantization = q;
    }

    int add_real_bias(int64_t channels) {
        Tensor tensor;
        tensor.shape = {channels};
        tensor.dtype = DType::f32;
        for (int64_t i = 0; i < channels; ++i) {
            const float value = random_scale();
            const auto *bytes = reinterpret_cast<const uint8_t *>(&value);
            tensor.data.insert(tensor.data.end(), bytes, bytes + sizeof(value));
        }
        return add(tensor, "bias");
    }

    int add_bias(int64_t channels, float scale) {
        if (type_ == DType::f32) {
            return add_real_bias(channels);
        }
        Tensor tensor;
        tensor.shape = {channels};
        tensor.dtype = rounding_ == Rounding::reduced16 ? DType::s64 : DType::s32;
        tensor.quantization = one_scale(scale, 0);
        const auto width = static_cast<size_t>(bits_of(tensor.dtype) / 8);
        tensor.data.resize(static_cast<size_t>(channels) * width);
        for (size_t at = 0; at < tensor.data.size(); at += width) {
            const int64_t value = draw(generator_, -3000, 3000); // little-endian
            std::memcpy(tensor.data.data() + at, &value, width);
        }
        return add(tensor, "bias");
    }

    /// An operator that writes a new activation, which is the current one then.
    void append(const char *type, std::vector<int> inputs, int output, nlohmann::json attributes, Rounding rounding) {
        Operator op;
        op.type = type;
        op.name = fmt::format("{}_{}", type, model_.operators.size());
        op.inputs = std::move(inputs);
        op.outputs = {output};
        op.attributes = std::move(attributes);
        op.rounding = rounding;
        model_.operators.push_back(std::move(op));
        current_ = output;
    }

    /// Whether the bias says how sums round.
    bool needs_bias() const { return rounding_ == Rounding::reduced16; }

    /// A destination that `products` of typical values span.
    int add_weighted_destination(const std::vector<int64_t> &shape, int weights, int64_t products) {
        const Tensor &wei = tensor(weights);
        if (type_ == DType::f32) {
            return add_activation(shape, 0);
        }
        const double magnitude = bits_of(wei.dtype) == 4 ? 5 : 74;
        const double source = type_ == DType::s16 ? 18900 : 74, destination = type_ == DType::s16 ? 10000 : 40;
        const double spread = std::sqrt(static_cast<double>(products)) * source * magnitude / destination;
        const float scale = tensor(current_).quantization->scale[0] * wei.quantization->scale[0];
        return add_activation(shape, static_cast<float>(scale * spread));
    }

    std::string activation() { return pick<std::string>({"none", "relu", "relu6"}); }

    void add_operator() {
        if (tensor(current_).shape.size() != 4) {
            type_ != DType::f32 &&chance(5) ? add_elementwise() : add_fully_connected();
            return;
        }
        switch (draw(generator_, 0, 7)) {
        case 0:
        case 1:
        case 2:
            return add_convolution(false);
        case 3:
        case 4:
            return add_convolution(true);
        case 5:
            return add_pool();
        case 6:
            return add_elementwise();
        default:
            return flatten();
        }
    }

    void add_convolution(bool depthwise) {
        const std::vector<int64_t> src = tensor(current_).shape;
        const int64_t kh = pick<int64_t>({1, 1, 3, 3, 5, 2}), kw = pick<int64_t>({1, 3, 3, 5, 4});
        const int64_t stride = pick<int64_t>({1, 1, 2}), dilation = stride == 1 && chance(5) ? 2 : 1;
        const int64_t groups = !depthwise && src[3] % 2 == 0 && chance(5) ? 2 : 1;
        const int64_t multiplier = depthwise && src[3] < 20 && chance(4) ? draw(generator_, 2, 3) : 1;
        const int64_t co = depthwise ? src[3] * multiplier : groups * ((channels() + groups - 1) / groups);
        const auto extent = [&](int64_t size) { return (size + stride - 1) / stride; };
        const std::vector<int64_t> dst = {src[0], extent(src[1]), extent(src[2]), co};
        const int wei = depthwise ? add_weights({1, kh, kw, co}, 3) : add_weights({co, kh, kw, src[3] / groups}, 0);
        const int64_t products = kh * kw * (depthwise ? 1 : src[3] / groups);
        std::vector<int> inputs = {current_, wei};
        if (needs_bias() || !chance(4)) {
            inputs.push_back(add_bias(co, 0.001f));
        }
        nlohmann::json attributes = {{"stride", {stride, stride}},
                                     {"dilation", {dilation, dilation}},
                                     {"padding", "same"},
                                     {"activation", activation()}};
        attributes[depthwise ? "channel_multiplier" : "groups"] = depthwise ? multiplier : groups;
        append(depthwise ? "depthwise_conv2d" : "conv2d", inputs, add_weighted_destination(dst, wei, products),
               attributes, rounding_);
    }

    void add_fully_connected() {
        const std::vector<int64_t> src = tensor(current_).shape;
        const int64_t n = depth();
        const int wei = add_weights({n, src[1]}, 0);
        if (chance(2)) {
            scale_by_group(tensor(wei));
        }
        std::vector<int> inputs = {current_, wei};
        if (needs_bias() || !chance(4)) {
            inputs.push_back(add_bias(n, 0.001f));
        }
        append("fully_connected", inputs, add_weighted_destination({src[0], n}, wei, src[1]),
               {{"activation", activation()}}, rounding_);
    }

    void add_pool() {
        const std::vector<int64_t> src = tensor(current_).shape;
        const int64_t stride = pick<int64_t>({1, 2}), kh = draw(generator_, 1, 3), kw = draw(generator_, 1, 3);
        const Quantization q = *tensor(current_).quantization;
        const auto extent = [&](int64_t size) { return (size + stride - 1) / stride; };
        const int dst = add_activation({src[0], extent(src[1]), extent(src[2]), src[3]}, q.scale[0], q.zero_point[0]);
        append(pick<const char *>({"average_pool2d", "max_pool2d"}), {current_}, dst,
               {{"kernel", {kh, kw}}, {"stride", {stride, stride}}, {"padding", "same"}, {"activation", activation()}},
               Rounding::none);
    }

    void add_elementwise() {
        const std::vector<int64_t> shape = tensor(current_).shape;
        const float scale = tensor(current_).quantization->scale[0];
        if (chance(2)) {
            append("add", {current_, current_}, add_activation(shape, scale * 2), {{"activation", activation()}},
                   Rounding::double_);
        } else {
            append("leaky_relu", {current_}, add_activation(shape, scale), {{"alpha", 0.1}}, Rounding::double_);
        }
    }

    void flatten() {
        const std::vector<int64_t> src = tensor(current_).shape;
        const Quantization q = *tensor(current_).quantization;
        const int dst = add_activation({src[0], src[1] * src[2] * src[3]}, q.scale[0], q.zero_point[0]);
        append("reshape", {current_}, dst, nlohmann::json::object(), Rounding::none);
    }

    std::mt19937 generator_;
    Model model_;
    DType type_ = DType::s8; ///< of the activations
    Rounding rounding_ = Rounding::double_;
    int current_ = -1;
};

} // namespace

Model random_model(uint32_t seed) { return RandomModel(seed).take(); }

} // namespace nibble::test
