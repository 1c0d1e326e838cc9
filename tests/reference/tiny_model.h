// Models of one operator, for what the compiler makes of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/layer.h"
#include "model/error.h"

namespace nibble::test {

/// Tensors are numbered in the order in which they are added; the last one is the operator's output.
class TinyModel {
public:
    explicit TinyModel(const std::string &type);

    /// An s8 activation with one scale and zero point.
    TinyModel &s8(const std::string &name, std::vector<int64_t> shape, float scale, int32_t zero_point);
    TinyModel &f32(const std::string &name, std::vector<int64_t> shape);
    /// An s16 activation with one scale and zero point 0.
    TinyModel &s16(const std::string &name, std::vector<int64_t> shape, float scale);
    /// s8 weights of one value, one scale for all or one for each channel along `axis`.
    TinyModel &weights(std::vector<int64_t> shape, std::vector<float> scales, int axis = 0, int8_t value = 1);
    TinyModel &bias(const std::vector<int32_t> &values);
    TinyModel &attribute(const std::string &key, nlohmann::json value);

    Tensor &tensor(size_t index) { return model_.tensors.at(index); }
    Operator &op() { return op_; }

    /// The legalised layer; `findings` gets what is wrong.
    Layer legalise(std::vector<Finding> &findings) const;
    /// The layer of a model without findings; a GoogleTest failure where there are some.
    Layer layer() const;
    /// The only finding, as a line; a GoogleTest failure where there is another number of them.
    std::string finding() const;

private:
    TinyModel &add(Tensor tensor);

    Model model_;
    Operator op_;
};

} // namespace nibble::test
