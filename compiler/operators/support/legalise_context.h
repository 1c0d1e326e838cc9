// Reads one operator of a checked model (its attributes and operand counts are right by themselves) and collects what
// does not fit: every helper reports instead of throwing, so that a model's findings come all at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/layer.h"
#include "model/error.h"

namespace nibble::operators {

/// Scale and zero point of a tensor that has one pair, in the s8 view (support/u8_view.h).
struct TensorQuantization {
    float scale = 1;
    int32_t zero_point = 0;
};

/// The types that a tensor may have; one stands for itself.
struct Types : std::vector<DType> {
    using std::vector<DType>::vector;
    Types(DType only) : std::vector<DType>{only} {}
};

class LegaliseContext {
public:
    LegaliseContext(const Model &model, const Operator &op, std::vector<Finding> &findings)
        : model_(model), op_(op), findings_(findings), findings_before_(findings.size()) {}

    /// No finding since the context began. Layers are built only where this holds.
    bool ok() const { return findings_.size() == findings_before_; }

    /// Adds "operator '<name>' (<type>): <field>".
    void report(const std::string &field, const std::string &found, const std::string &expected);
    /// Adds "operator '<name>' (<type>): tensor '<name>': <field>".
    void report(const Tensor &, const std::string &field, const std::string &found, const std::string &expected);

    /// Input `index`, or nullptr where it is absent.
    const Tensor *input(size_t index) const;
    const Tensor *output(size_t index) const;

    /// As input and output, and reports an absent tensor, another dtype, or a rank other than `rank` (-1: any).
    const Tensor *activation(size_t index, const Types &, int rank);
    const Tensor *result(size_t index, const Types &, int rank);
    /// As activation, and reports a tensor that has no data or another shape.
    const Tensor *constant(size_t index, const Types &, int rank);

    /// Either of the two: a constant where the tensor has data.
    const Tensor *operand(size_t index, const Types &, int rank);

    /// From here on the next three take s16, too.
    void take_s16() { takes_s16_ = true; }
    /// As those, of s8 or u8: the first tensor that is read with one of these decides which, for all of the operator's.
    /// Reports s16 with another zero point than 0.
    const Tensor *activation8(size_t index, int rank);
    const Tensor *result8(size_t index, int rank);
    const Tensor *constant8(size_t index, int rank);
    /// As constant, of weights: what constant8 takes, or 4 bits.
    const Tensor *weights(size_t index, int rank);
    /// Attribute `u8` of the layer: 1 where activation8 found u8, else 0.
    int64_t u8() const { return type8_ == DType::u8 ? 1 : 0; }
    /// Attribute `bits` of the layer: those of an element that activation8 found.
    int64_t bits() const { return type8_ ? bits_of(*type8_) : 8; }

    /// The pair of an 8-bit tensor in the s8 view; reports one that is missing or has several scales.
    TensorQuantization quantization(const Tensor &);
    /// The pair as the model has it, of any type.
    TensorQuantization raw_quantization(const Tensor &);

    /// Reports an 8-bit tensor whose pair in the s8 view is another.
    void expect_quantization(const Tensor &, float scale, int32_t zero_point);
    /// Reports a shape other than `expected`.
    void expect_shape(const Tensor &, const std::vector<int64_t> &expected);
    /// Reports a dst that is not quantised as src is, for operators that only move or compare values.
    void expect_same_quantization(const Tensor &src, const Tensor &dst);
    /// Reports a rounding that the kernels do not have.
    void expect_rounding(Rounding expected);
    /// The same for operators that requantise by channel: they have `double`, `single` and `float`, and after take_s16
    /// `double` and `reduced16`.
    void expect_channel_rounding();

    Rounding rounding() const { return op_.rounding; }

    const nlohmann::json &attribute(const std::string &key) const { return op_.attributes.at(key); }

    /// A layer with the operator's name, type and rounding, and these activations.
    Layer layer(const std::vector<const Tensor *> &src, const std::vector<const Tensor *> &dst) const;

private:
    const Tensor *tensor(const std::vector<int> &indices, size_t index) const;
    const Tensor *checked(const std::vector<int> &indices, size_t index, const char *kind, const Types &, int rank);
    Types types8() const;
    const Tensor *same8(const Tensor *);
    void expect_middle_zero(const Tensor &);
    void expect_one_of(const std::vector<Rounding> &);

    const Model &model_;
    const Operator &op_;
    std::vector<Finding> &findings_;
    size_t findings_before_;
    std::optional<DType> type8_; ///< of the operator's activations of 8 bits, or s16
    bool takes_s16_ = false;
};

/// "scale 0.5, zero point 3" of a tensor, as the model has it; "none", or the number of scales.
std::string quantization_text(const Tensor &);
/// "[1, 2, 3]"
std::string shape_text(const std::vector<int64_t> &shape);

} // namespace nibble::operators
