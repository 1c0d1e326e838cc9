// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/legalise_context.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/operators/support/u8_view.h"

namespace nibble::operators {
namespace {

/// "double or single"
template <typename T>
std::string alternatives(const std::vector<T> &values) {
    std::vector<const char *> names;
    std::transform(values.begin(), values.end(), std::back_inserter(names), [](T value) { return to_string(value); });
    return fmt::format("{}", fmt::join(names, " or "));
}

} // namespace

std::string shape_text(const std::vector<int64_t> &shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

std::string quantization_text(const Tensor &tensor) {
    if (!tensor.quantization) {
        return "none";
    }
    if (tensor.quantization->scale.size() != 1) {
        return fmt::format("{} scales", tensor.quantization->scale.size());
    }
    return fmt::format("scale {}, zero point {}", tensor.quantization->scale.at(0),
                       tensor.quantization->zero_point.at(0));
}

void LegaliseContext::report(const std::string &field, const std::string &found, const std::string &expected) {
    findings_.push_back(
        {model_.source, fmt::format("operator '{}' ({}): {}", op_.name, op_.type, field), found, expected});
}

void LegaliseContext::report(const Tensor &tensor, const std::string &field, const std::string &found,
                             const std::string &expected) {
    report(fmt::format("tensor '{}': {}", tensor.name, field), found, expected);
}

const Tensor *LegaliseContext::tensor(const std::vector<int> &indices, size_t index) const {
    if (index >= indices.size() || indices[index] < 0) {
        return nullptr;
    }
    return &model_.tensors.at(indices[index]);
}

const Tensor *LegaliseContext::input(size_t index) const { return tensor(op_.inputs, index); }
const Tensor *LegaliseContext::output(size_t index) const { return tensor(op_.outputs, index); }

const Tensor *LegaliseContext::checked(const std::vector<int> &indices, size_t index, const char *kind,
                                       const Types &types, int rank) {
    const Tensor *found = tensor(indices, index);
    if (found == nullptr) {
        report(fmt::format("{} {}", kind, index), "none", "a tensor");
        return nullptr;
    }
    if (std::find(types.begin(), types.end(), found->dtype) == types.end()) {
        report(*found, "dtype", to_string(found->dtype), alternatives(types));
        return nullptr;
    }
    if (rank >= 0 && found->shape.size() != static_cast<size_t>(rank)) {
        report(*found, "shape", shape_text(found->shape), fmt::format("{} dimensions", rank));
        return nullptr;
    }
    return found;
}

const Tensor *LegaliseContext::activation(size_t index, const Types &types, int rank) {
    const Tensor *found = checked(op_.inputs, index, "input", types, rank);
    if (found != nullptr && found->is_constant()) {
        report(*found, "data", "a constant", "an activation");
        return nullptr;
    }
    return found;
}

const Tensor *LegaliseContext::result(size_t index, const Types &types, int rank) {
    return checked(op_.outputs, index, "output", types, rank);
}

const Tensor *LegaliseContext::constant(size_t index, const Types &types, int rank) {
    const Tensor *found = checked(op_.inputs, index, "input", types, rank);
    if (found != nullptr && static_cast<int64_t>(found->data.size()) != found->bytes()) {
        report(*found, "data", fmt::format("{} bytes", found->data.size()),
               fmt::format("a constant of {} bytes", found->bytes()));
        return nullptr;
    }
    return found;
}

const Tensor *LegaliseContext::operand(size_t index, const Types &types, int rank) {
    const Tensor *found = input(index);
    return found != nullptr && found->is_constant() ? constant(index, types, rank) : activation(index, types, rank);
}

Types LegaliseContext::types8() const {
    if (type8_) {
        return *type8_;
    }
    return takes_s16_ ? Types{DType::s8, DType::u8, DType::s16} : Types{DType::s8, DType::u8};
}

const Tensor *LegaliseContext::same8(const Tensor *found) {
    if (found != nullptr) {
        type8_ = found->dtype;
        expect_middle_zero(*found);
    }
    return found;
}

void LegaliseContext::expect_middle_zero(const Tensor &tensor) {
    if (tensor.dtype != DType::s16 || !tensor.quantization) {
        return;
    }
    for (const int32_t zero : tensor.quantization->zero_point) {
        if (zero != 0) {
            report(tensor, "zero_point", std::to_string(zero), "0, as s16 activations have it");
            return;
        }
    }
}

const Tensor *LegaliseContext::activation8(size_t index, int rank) { return same8(activation(index, types8(), rank)); }

const Tensor *LegaliseContext::result8(size_t index, int rank) { return same8(result(index, types8(), rank)); }

const Tensor *LegaliseContext::constant8(size_t index, int rank) { return same8(constant(index, types8(), rank)); }

const Tensor *LegaliseContext::weights(size_t index, int rank) {
    Types types = types8();
    types.insert(types.end(), {DType::s4, DType::u4});
    return constant(index, types, rank);
}

TensorQuantization LegaliseContext::quantization(const Tensor &tensor) {
    const TensorQuantization raw = raw_quantization(tensor);
    return {raw.scale, s8_view_zero(tensor.dtype, raw.zero_point)};
}

TensorQuantization LegaliseContext::raw_quantization(const Tensor &tensor) {
    if (!tensor.quantization) {
        report(tensor, "quantization", "none", "one scale and zero point");
        return {};
    }
    const Quantization &q = *tensor.quantization;
    if (q.scale.size() != 1 || q.zero_point.size() != 1) {
        report(tensor, "quantization", fmt::format("{} scales and {} zero points", q.scale.size(), q.zero_point.size()),
               "one scale and zero point");
        return {};
    }
    return {q.scale[0], q.zero_point[0]};
}

void LegaliseContext::expect_quantization(const Tensor &tensor, float scale, int32_t zero_point) {
    const size_t findings_before = findings_.size();
    const TensorQuantization found = quantization(tensor);
    if (findings_.size() == findings_before && (found.scale != scale || found.zero_point != zero_point)) {
        report(tensor, "quantization", quantization_text(tensor),
               fmt::format("scale {}, zero point {}", scale, zero_point - s8_view_zero(tensor.dtype, 0)));
    }
}

void LegaliseContext::expect_shape(const Tensor &tensor, const std::vector<int64_t> &expected) {
    if (tensor.shape != expected) {
        report(tensor, "shape", shape_text(tensor.shape), shape_text(expected));
    }
}

void LegaliseContext::expect_same_quantization(const Tensor &src, const Tensor &dst) {
    const auto numbers = [](const Tensor &tensor) {
        const Quantization none, &q = tensor.quantization ? *tensor.quantization : none;
        return std::make_pair(q.scale, q.zero_point);
    };
    if (numbers(src) != numbers(dst)) {
        report(dst, "quantization", quantization_text(dst), "the source's, " + quantization_text(src));
    }
}

void LegaliseContext::expect_one_of(const std::vector<Rounding> &roundings) {
    if (std::find(roundings.begin(), roundings.end(), op_.rounding) == roundings.end()) {
        report("rounding", to_string(op_.rounding), alternatives(roundings));
    }
}

void LegaliseContext::expect_rounding(Rounding expected) { expect_one_of({expected}); }

void LegaliseContext::expect_channel_rounding() {
    expect_one_of(takes_s16_ ? std::vector<Rounding>{Rounding::double_, Rounding::reduced16}
                             : std::vector<Rounding>{Rounding::double_, Rounding::single, Rounding::float_});
}

Layer LegaliseContext::layer(const std::vector<const Tensor *> &src, const std::vector<const Tensor *> &dst) const {
    const auto activation_of = [](const Tensor *t) { return LayerTensor{t->name, t->dtype, t->shape}; };
    Layer layer;
    layer.name = op_.name;
    layer.op = op_.type;
    layer.rounding = op_.rounding;
    std::transform(src.begin(), src.end(), std::back_inserter(layer.src), activation_of);
    std::transform(dst.begin(), dst.end(), std::back_inserter(layer.dst), activation_of);
    return layer;
}

} // namespace nibble::operators
