// SPDX-License-Identifier: Apache-2.0
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <regex>
#include <tuple>

#include <fmt/format.h>

#include "compiler/overrides.h"
#include "compiler/quantize_tensors.h"
#include "model/finding_list.h"

namespace nibble {
namespace {

bool matches(const std::string &pattern, const std::string &name) {
    std::string text;
    for (const char c : pattern) {
        text += c == '*'                                      ? std::string(".*")
                : std::isalnum(static_cast<unsigned char>(c)) ? std::string(1, c)
                                                              : std::string("\\") + c;
    }
    return std::regex_match(name, std::regex(text, std::regex::ECMAScript));
}

bool same(const Encoding &a, const Encoding &b) {
    const auto content = [](const Encoding &e) {
        return std::tie(e.bits, e.symmetric, e.group_size, e.scale, e.offset, e.multiplier, e.least, e.most);
    };
    return content(a) == content(b);
}

/// One operator's use of a tensor as weights.
struct Use {
    Operator *op;
    int axis; ///< of the channels
};

std::optional<Use> weights_of(Model &model, size_t tensor) {
    for (Operator &op : model.operators) {
        const bool weighted = op.type == "conv2d" || op.type == "depthwise_conv2d" || op.type == "fully_connected";
        if (weighted && op.inputs.size() > 1 && op.inputs[1] == static_cast<int>(tensor)) {
            return Use{&op, op.type == "depthwise_conv2d" ? 3 : 0};
        }
    }
    return std::nullopt;
}

class Applier {
public:
    Applier(const std::string &file, Model &model) : findings_(file), model_(model) {}

    void apply(const std::vector<Encoding> &encodings) {
        assign(encodings);
        findings_.throw_if_any();
        for (const auto &[tensor, encoding] : assigned_) {
            if (encoding->of_activation) {
                quantize_activation(model_.tensors[tensor], *encoding);
            }
        }
        for (const auto &[tensor, encoding] : assigned_) {
            if (!encoding->of_activation) {
                quantize_weights(tensor, *encoding);
            }
        }
        findings_.throw_if_any();
        set_roundings();
    }

private:
    void assign(const std::vector<Encoding> &encodings) {
        for (const Encoding &encoding : encodings) {
            std::string found = "no tensor of that name";
            bool used = false;
            for (size_t i = 0; i < model_.tensors.size(); ++i) {
                const Tensor &tensor = model_.tensors[i];
                if (!matches(encoding.pattern, tensor.name)) {
                    continue;
                }
                const bool fits =
                    tensor.dtype == DType::f32 &&
                    (encoding.of_activation ? !tensor.is_constant() : tensor.is_constant() && weights_of(model_, i));
                if (fits) {
                    used = true;
                    assign(i, encoding);
                } else {
                    found = fmt::format("tensor '{}' of {}", tensor.name, to_string(tensor.dtype));
                }
            }
            if (!used) {
                findings_.add(encoding.where, found,
                              encoding.of_activation
                                  ? "an activation of f32"
                                  : "f32 weights of a conv2d, depthwise_conv2d or fully_connected operator");
            }
        }
    }

    void assign(size_t tensor, const Encoding &encoding) {
        const auto [entry, fresh] = assigned_.emplace(tensor, &encoding);
        if (!fresh && !same(*entry->second, encoding)) {
            findings_.add(encoding.where,
                          fmt::format("another encoding of tensor '{}' than {}", model_.tensors[tensor].name,
                                      entry->second->where),
                          "one encoding for a tensor");
        }
    }

    void quantize_activation(Tensor &tensor, const Encoding &encoding) {
        const bool is_signed = encoding.symmetric || encoding.bits == 16;
        const Integers integers(encoding.bits, is_signed), unsigned_ones(encoding.bits, false);
        Quantization q;
        if (!encoding.scale.empty()) {
            q.scale = {encoding.scale.front()};
        } else if (!encoding.least.empty() && encoding.least.front() <= 0 && encoding.most.front() >= 0) {
            q.scale = {scale_of(encoding.least.front(), encoding.most.front(), integers, encoding.symmetric)};
        } else {
            findings_.add(encoding.where, "neither a scale nor a range about 0", "scale and offset, or min and max");
            return;
        }
        int64_t zero = encoding.symmetric ? 0 : integers.least;
        if (!encoding.offset.empty()) {
            zero = -encoding.offset.front() + integers.least - unsigned_ones.least;
        } else if (!encoding.symmetric) {
            zero =
                integers.least - std::lround(encoding.least.empty() ? 0.0f : encoding.least.front() / q.scale.front());
        }
        if (zero < integers.least || zero > integers.most || (encoding.bits == 16 && zero != 0)) {
            findings_.add(encoding.where + ", offset", fmt::format("a zero point of {}", zero),
                          encoding.bits == 16 ? "0 for 16 bits"
                                              : fmt::format("one in [{}, {}]", integers.least, integers.most));
            return;
        }
        q.zero_point = {static_cast<int32_t>(zero)};
        q.symmetric = encoding.symmetric;
        tensor.dtype = dtype_of(encoding);
        tensor.quantization = q;
    }

    void quantize_weights(size_t index, const Encoding &encoding) {
        const Use use = *weights_of(model_, index);
        Tensor &tensor = model_.tensors[index];
        if (encoding.group_size > 0 &&
            (use.op->type != "fully_connected" || tensor.shape.back() % encoding.group_size != 0)) {
            findings_.add(encoding.where + ", group_size", std::to_string(encoding.group_size),
                          fmt::format("a divisor of a fully_connected operator's {} inputs", tensor.shape.back()));
            return;
        }
        const size_t groups = scale_count(tensor, encoding, use.axis);
        if (!encoding.multiplier.empty() && encoding.multiplier.size() != groups) {
            findings_.add(encoding.where + ", per_block_int_scale",
                          fmt::format("{} integers", encoding.multiplier.size()),
                          fmt::format("one for each of {} blocks", groups));
            return;
        }
        const size_t count = encoding.multiplier.empty() ? groups : static_cast<size_t>(tensor.shape[0]);
        if (encoding.scale.size() > 1 && encoding.scale.size() != count) {
            findings_.add(encoding.where + ", scale", fmt::format("{} scales", encoding.scale.size()),
                          fmt::format("one, or one for each of {} channels or groups", count));
            return;
        }
        nibble::quantize_weights(tensor, encoding, use.axis);
        const Tensor &src = model_.tensors[static_cast<size_t>(use.op->inputs[0])];
        const int bias = use.op->inputs.size() > 2 ? use.op->inputs[2] : -1;
        if (bias >= 0 && src.quantization && (encoding.group_size == 0 || !encoding.multiplier.empty())) {
            Tensor &values = model_.tensors[static_cast<size_t>(bias)];
            if (values.dtype == DType::f32 && values.is_constant()) {
                quantize_bias(values, src.quantization->scale.front(), *tensor.quantization);
            }
        }
    }

    /// Operators that write integers now.
    void set_roundings() {
        for (Operator &op : model_.operators) {
            const bool weighted = op.type == "conv2d" || op.type == "depthwise_conv2d" || op.type == "fully_connected";
            const Tensor &dst = model_.tensors[static_cast<size_t>(op.outputs.at(0))];
            if (weighted && op.rounding == Rounding::none && dst.dtype != DType::f32) {
                op.rounding = Rounding::float_;
            }
        }
    }

    FindingList findings_;
    Model &model_;
    std::map<size_t, const Encoding *> assigned_; ///< by tensor
};

} // namespace

void apply_overrides(const std::vector<Encoding> &encodings, const std::string &file, Model &model) {
    Applier(file, model).apply(encodings);
}

} // namespace nibble
