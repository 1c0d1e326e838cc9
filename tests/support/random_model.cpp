// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_model.h"

#include <fmt/format.h>

#include "tests/support/random_tensors.h"

namespace nibble::test {
namespace {

class RandomModel : private RandomTensors {
public:
    explicit RandomModel(uint32_t seed) : RandomTensors(seed) {
        model_.source = fmt::format("random model {}", seed);
        type_ = pick<DType>({DType::s8, DType::s8, DType::u8, DType::s16, DType::f32});
        rounding_ = random_rounding();
        const bool image = type_ != DType::f32 && !chance(3);
        const std::vector<int64_t> shape =
            image ? std::vector<int64_t>{number(1, 2), number(3, 13), number(3, 13), channels()}
                  : std::vector<int64_t>{number(1, 20), depth()};
        current_ = add_activation(shape, random_scale());
        model_.inputs = {current_};
        for (int64_t left = number(2, 4); left > 0; --left) {
            add_operator();
        }
        model_.outputs = {current_};
        check_model(model_);
    }

    Model take() { return std::move(model_); }

private:
    Rounding random_rounding() {
        if (type_ == DType::f32) {
            return Rounding::none;
        }
        return type_ == DType::s16
                   ? pick<Rounding>({Rounding::double_, Rounding::reduced16})
                   : pick<Rounding>({Rounding::double_, Rounding::double_, Rounding::single, Rounding::float_});
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

    std::string activation() { return pick<std::string>({"none", "relu", "relu6"}); }

    void add_operator() {
        if (tensor(current_).shape.size() != 4) {
            type_ != DType::f32 &&chance(5) ? add_elementwise() : add_fully_connected();
            return;
        }
        switch (number(0, 7)) {
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
        const int64_t multiplier = depthwise && src[3] < 20 && chance(4) ? number(2, 3) : 1;
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
        const int64_t stride = pick<int64_t>({1, 2}), kh = number(1, 3), kw = number(1, 3);
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
};

} // namespace

Model random_model(uint32_t seed) { return RandomModel(seed).take(); }

} // namespace nibble::test
