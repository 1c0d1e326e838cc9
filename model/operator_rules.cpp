// SPDX-License-Identifier: Apache-2.0
#include "model/operator_rules.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "model/json_fields.h"
#include "model/json_text.h"

namespace nibble {

namespace {

// Windows, strides and paddings beyond this are no network's; the bound keeps every product of two of them in 32 bits.
constexpr int64_t kMaxExtent = 32767;

// Far beyond any slope; a factor of it is still finite in f32.
constexpr double kMaxFactor = 65536;

/// Adds a finding where the attribute is missing or is not what it has to be.
using AttributeCheck = void (*)(const std::string &key, Fields &fields, FindingList &findings);

void check_two_extents(const std::string &key, Fields &fields, FindingList &findings) {
    const auto extents = fields.integers(key, {1, kMaxExtent});
    if (extents && extents->size() != 2) {
        findings.add(fields.where(key), fmt::format("{} numbers", extents->size()), "[height, width]");
    }
}

void check_extent(const std::string &key, Fields &fields, FindingList &) { fields.integer(key, {1, kMaxExtent}); }

void check_padding(const std::string &key, Fields &fields, FindingList &findings) {
    const nlohmann::json *padding = fields.value(key);
    if (padding == nullptr || *padding == "same" || *padding == "valid") {
        return;
    }
    const auto is_extent = [](const nlohmann::json &item) {
        return item.is_number_integer() && item >= 0 && item <= kMaxExtent;
    };
    if (!padding->is_array() || padding->size() != 4 || !std::all_of(padding->begin(), padding->end(), is_extent)) {
        findings.add(fields.where(key), preview(*padding),
                     fmt::format("same, valid or [top, left, bottom, right] in [0, {}]", kMaxExtent));
    }
}

void check_activation(const std::string &key, Fields &fields, FindingList &findings) {
    constexpr std::array<const char *, 4> kActivations = {"none", "relu", "relu6", "relu_n1_to_1"};
    const auto activation = fields.text(key);
    if (activation && std::find(kActivations.begin(), kActivations.end(), *activation) == kActivations.end()) {
        findings.add(fields.where(key), *activation, fmt::format("one of {}", fmt::join(kActivations, ", ")));
    }
}

void check_flag(const std::string &key, Fields &fields, FindingList &findings) {
    const nlohmann::json *flag = fields.value(key);
    if (flag != nullptr && !flag->is_boolean()) {
        findings.add(fields.where(key), preview(*flag), "true or false");
    }
}

void check_positive_number(const std::string &key, Fields &fields, FindingList &findings) {
    const nlohmann::json *number = fields.value(key);
    if (number != nullptr && !(number->is_number() && *number > 0)) {
        findings.add(fields.where(key), preview(*number), "a number above 0");
    }
}

void check_factor(const std::string &key, Fields &fields, FindingList &findings) {
    const nlohmann::json *number = fields.value(key);
    if (number != nullptr && !(number->is_number() && *number >= 0 && *number <= kMaxFactor)) {
        findings.add(fields.where(key), preview(*number), fmt::format("a number in [0, {}]", kMaxFactor));
    }
}

void check_relu(const std::string &key, Fields &fields, FindingList &findings) {
    const nlohmann::json *activation = fields.value(key);
    if (activation != nullptr && *activation == "none") {
        findings.add(fields.where(key), "none", "one of relu, relu6, relu_n1_to_1");
    } else {
        check_activation(key, fields, findings);
    }
}

void check_axes(const std::string &key, Fields &fields, FindingList &findings) {
    const auto axes = fields.integers(key, {0, kMaxExtent});
    if (axes && std::adjacent_find(axes->begin(), axes->end(), std::greater_equal<>()) != axes->end()) {
        findings.add(fields.where(key), preview(*fields.value(key)), "dimensions in rising order");
    }
}

constexpr int64_t kMaxPosition = (int64_t{1} << 31) - 1;

void check_position(const std::string &key, Fields &fields, FindingList &) { fields.integer(key, {0, kMaxPosition}); }

void check_positions(const std::string &key, Fields &fields, FindingList &) { fields.integers(key, {0, kMaxPosition}); }

void check_value(const std::string &key, Fields &fields, FindingList &) {
    fields.integer(key, {-kMaxPosition - 1, kMaxPosition});
}

void check_function(const std::string &key, Fields &fields, FindingList &findings) {
    constexpr std::array<const char *, 6> kFunctions = {"add", "div", "maximum", "minimum", "mul", "sub"};
    const auto function = fields.text(key);
    if (function && std::find(kFunctions.begin(), kFunctions.end(), *function) == kFunctions.end()) {
        findings.add(fields.where(key), *function, fmt::format("one of {}", fmt::join(kFunctions, ", ")));
    }
}

struct Attribute {
    const char *key;
    AttributeCheck check;
};

struct OperatorRule {
    const char *type;
    size_t min_inputs;
    size_t max_inputs; ///< those beyond min_inputs may be absent
    bool quantized;
    std::vector<Attribute> attributes;
    size_t outputs = 1;
};

const std::vector<OperatorRule> &operator_rules() {
    static const Attribute stride{"stride", check_two_extents};
    static const Attribute dilation{"dilation", check_two_extents};
    static const Attribute kernel{"kernel", check_two_extents};
    static const Attribute padding{"padding", check_padding};
    static const Attribute align_corners{"align_corners", check_flag};
    static const Attribute half_pixel_centers{"half_pixel_centers", check_flag};
    static const Attribute activation{"activation", check_activation};
    static const Attribute axis{"axis", check_position};
    static const Attribute block_size{"block_size", check_position};
    static const std::vector<OperatorRule> rules = {
        {"add", 2, 2, true, {activation}},
        {"arithmetic_f32", 2, 2, true, {activation, {"function", check_function}}},
        {"average_pool2d", 1, 1, true, {kernel, stride, padding, activation}},
        {"batch_matmul", 2, 2, true, {{"adj_x", check_flag}, {"adj_y", check_flag}}},
        {"concat", 1, 15, false, {axis}},
        {"conv2d", 2, 3, true, {stride, dilation, padding, activation, {"groups", check_extent}}},
        {"conv_integer", 2, 5, false, {stride, dilation, padding, {"groups", check_extent}}},
        {"depth_to_space", 1, 1, false, {{"block", check_extent}}},
        {"depthwise_conv2d", 2, 3, true, {stride, dilation, padding, activation, {"channel_multiplier", check_extent}}},
        {"dequantize", 1, 1, true, {}},
        {"dequantize_linear", 2, 3, false, {axis, block_size}},
        {"dynamic_quantize", 1, 1, false, {}, 3},
        {"fully_connected", 2, 3, true, {activation}},
        {"hard_swish", 1, 1, true, {}},
        {"l2_normalization", 1, 1, true, {}},
        {"leaky_relu", 1, 1, true, {{"alpha", check_factor}}},
        {"log_softmax", 1, 1, true, {}},
        {"logistic", 1, 1, true, {}},
        {"lookup", 2, 2, false, {}},
        {"matmul_integer", 2, 4, false, {}},
        {"max_pool2d", 1, 1, true, {kernel, stride, padding, activation}},
        {"maximum", 2, 2, true, {}},
        {"mean", 1, 1, true, {{"axes", check_axes}}},
        {"minimum", 2, 2, true, {}},
        {"mul", 2, 2, true, {activation}},
        {"pad", 1, 1, false, {{"before", check_positions}, {"after", check_positions}, {"value", check_value}}},
        {"quantize", 1, 1, true, {}},
        {"quantize_linear", 2, 3, false, {axis, block_size}},
        {"quantize_rows", 1, 1, false, {}, 2},
        {"relu", 1, 1, true, {{"activation", check_relu}}},
        {"requantize", 1, 1, true, {}},
        {"requantize_linear", 4, 5, false, {}},
        {"reshape", 1, 1, false, {}},
        {"resize_bilinear", 1, 1, true, {align_corners, half_pixel_centers}},
        {"resize_nearest_neighbor", 1, 1, false, {align_corners, half_pixel_centers}},
        {"slice", 1, 1, false, {{"begin", check_positions}}},
        {"softmax", 1, 1, true, {{"beta", check_positive_number}}},
        {"space_to_depth", 1, 1, false, {{"block", check_extent}}},
        {"sub", 2, 2, true, {activation}},
        {"svdf", 4, 5, true, {{"rank", check_extent}}, 2},
        {"tanh", 1, 1, true, {}},
        {"transpose", 1, 1, false, {{"permutation", check_positions}}},
        {"transpose_conv2d", 2, 3, true, {stride, padding, activation}},
    };
    return rules;
}

const OperatorRule *find_rule(const std::string &type) {
    for (const OperatorRule &rule : operator_rules()) {
        if (type == rule.type) {
            return &rule;
        }
    }
    return nullptr;
}

void check_counts(const OperatorRule &rule, const Operator &op, const std::string &where, FindingList &findings) {
    if (op.inputs.size() < rule.min_inputs || op.inputs.size() > rule.max_inputs) {
        findings.add(where + ", inputs", fmt::format("{} tensors", op.inputs.size()),
                     rule.min_inputs == rule.max_inputs ? fmt::format("{}", rule.min_inputs)
                                                        : fmt::format("{} to {}", rule.min_inputs, rule.max_inputs));
        return;
    }
    for (size_t i = 0; i < rule.min_inputs; ++i) {
        if (op.inputs[i] == -1) {
            findings.add(fmt::format("{}, inputs[{}]", where, i), "no tensor (-1)", "one");
        }
    }
    if (op.outputs.size() != rule.outputs) {
        findings.add(where + ", outputs", fmt::format("{} tensors", op.outputs.size()), std::to_string(rule.outputs));
    }
}

} // namespace

void check_operator_rules(const Operator &op, const std::string &where, FindingList &findings) {
    const OperatorRule *rule = find_rule(op.type);
    if (rule == nullptr) {
        return;
    }
    check_counts(*rule, op, where, findings);
    Fields fields(op.attributes, where + ", attributes", findings);
    for (const Attribute &attribute : rule->attributes) {
        attribute.check(attribute.key, fields, findings);
    }
    fields.refuse_unknown_keys();
}

bool needs_quantization(const Operator &op) {
    const OperatorRule *rule = find_rule(op.type);
    return rule != nullptr && rule->quantized;
}

} // namespace nibble
