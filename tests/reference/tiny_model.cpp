// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/tiny_model.h"

#include <gtest/gtest.h>

#include "compiler/operator_table.h"

namespace nibble::test {
namespace {

Quantization one_pair(float scale, int32_t zero_point) {
    Quantization q;
    q.scale = {scale};
    q.zero_point = {zero_point};
    return q;
}

} // namespace

TinyModel::TinyModel(const std::string &type) {
    model_.source = "tiny";
    op_.type = type;
    op_.name = "it";
    op_.rounding = Rounding::double_;
}

TinyModel &TinyModel::add(Tensor tensor) {
    model_.tensors.push_back(std::move(tensor));
    return *this;
}

TinyModel &TinyModel::s8(const std::string &name, std::vector<int64_t> shape, float scale, int32_t zero_point) {
    Tensor tensor;
    tensor.name = name;
    tensor.shape = std::move(shape);
    tensor.quantization = one_pair(scale, zero_point);
    return add(std::move(tensor));
}

TinyModel &TinyModel::s16(const std::string &name, std::vector<int64_t> shape, float scale) {
    s8(name, std::move(shape), scale, 0);
    model_.tensors.back().dtype = DType::s16;
    return *this;
}

TinyModel &TinyModel::f32(const std::string &name, std::vector<int64_t> shape) {
    Tensor tensor;
    tensor.name = name;
    tensor.shape = std::move(shape);
    tensor.dtype = DType::f32;
    return add(std::move(tensor));
}

TinyModel &TinyModel::weights(std::vector<int64_t> shape, std::vector<float> scales, int axis, int8_t value) {
    Tensor tensor;
    tensor.name = "wei";
    tensor.shape = std::move(shape);
    tensor.data.assign(tensor.elements(), static_cast<uint8_t>(value));
    Quantization q;
    q.granularity = scales.size() == 1 ? Granularity::per_tensor : Granularity::per_channel;
    q.axis = axis;
    q.zero_point.assign(scales.size(), 0);
    q.scale = std::move(scales);
    tensor.quantization = std::move(q);
    return add(std::move(tensor));
}

TinyModel &TinyModel::bias(const std::vector<int32_t> &values) {
    Tensor tensor;
    tensor.name = "bia";
    tensor.dtype = DType::s32;
    tensor.shape = {static_cast<int64_t>(values.size())};
    const auto *bytes = reinterpret_cast<const uint8_t *>(values.data());
    tensor.data.assign(bytes, bytes + values.size() * sizeof(int32_t));
    return add(std::move(tensor));
}

TinyModel &TinyModel::attribute(const std::string &key, nlohmann::json value) {
    op_.attributes[key] = std::move(value);
    return *this;
}

Layer TinyModel::legalise(std::vector<Finding> &findings) const {
    Operator op = op_;
    const int last = static_cast<int>(model_.tensors.size()) - 1;
    for (int i = 0; i < last; ++i) {
        op.inputs.push_back(i);
    }
    op.outputs = {last};
    return find_operator(op.type)->legalise(model_, op, findings);
}

Layer TinyModel::layer() const {
    std::vector<Finding> findings;
    Layer layer = legalise(findings);
    for (const Finding &finding : findings) {
        ADD_FAILURE() << finding.line();
    }
    return layer;
}

std::string TinyModel::finding() const {
    std::vector<Finding> findings;
    legalise(findings);
    EXPECT_EQ(findings.size(), 1u);
    return findings.empty() ? "" : findings.front().line();
}

} // namespace nibble::test
