// Elementwise operators of two operands, each broadcast where it is smaller; one of the two may be constant.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include "compiler/operator_table.h"
#include "compiler/operators/support/broadcast.h"
#include "compiler/operators/support/legalise_context.h"

namespace nibble::operators {

struct BinaryTensors {
    const Tensor *src0 = nullptr;
    const Tensor *src1 = nullptr;
    const Tensor *dst = nullptr;
};

/// Inputs 0 and 1 and output 0, all of s8, u8 or s16. Reports what is missing or of another kind, and two constants.
BinaryTensors binary_tensors(LegaliseContext &);

/// A layer with attributes u8, bits, src0_constant, src1_constant and the extents d0-d3 a0-a3 b0-b3
/// (reference::Broadcast's dst, src0 and src1); a constant operand is constant "src0" or "src1", in the s8 view where
/// it is u8. Reports shapes that do not fit.
Layer binary_layer(LegaliseContext &, const BinaryTensors &);

/// Sets the extents d0-d3 a0-a3 b0-b3 of those tensors, of any types; reports shapes that do not fit.
void legalise_extents(LegaliseContext &, const BinaryTensors &, Attributes &);
void set_extents(const Broadcast &, Attributes &);

/// The layer's extents as the reference has them.
Broadcast extents_of(const Layer &);

struct BinaryOperands {
    const void *src0;
    const void *src1;
};
/// The layer's operands among its sources and constants.
BinaryOperands operands_of(const Layer &, const std::vector<const void *> &src);

/// A reference with parameters P, of s8 and of s16.
template <typename P>
struct BinaryReference {
    template <typename T>
    using Of = void (*)(const P &, const T *src0, const T *src1, T *dst);
    Of<int8_t> s8;
    Of<int16_t> s16;

    /// The one of the layer's bits on its operands.
    void operator()(const Layer &layer, const P &p, const std::vector<const void *> &src, void *dst) const {
        const BinaryOperands operands = operands_of(layer, src);
        const auto run = [&](auto reference, auto *result) {
            using T = std::remove_pointer_t<decltype(result)>;
            reference(p, static_cast<const T *>(operands.src0), static_cast<const T *>(operands.src1), result);
        };
        if (layer.at("bits") == 16) {
            run(s16, static_cast<int16_t *>(dst));
        } else {
            run(s8, static_cast<int8_t *>(dst));
        }
    }
};

/// A row of lowering "direct" that has the layer's attributes as kernel parameters, and a constant operand packed as
/// it is.
OperatorRow binary_row(std::string name, decltype(OperatorRow::legalise) legalise,
                       decltype(OperatorRow::reference) reference, decltype(OperatorRow::sample_layers) sample_layers);

/// A shape family of these operators, and scales that suit a sum.
struct BinarySample {
    const char *family;
    std::vector<int64_t> src0, src1;
    float scale0, scale1, dst_scale;
    const char *constant = ""; ///< "src0" or "src1"
};
const std::vector<BinarySample> &binary_samples();
/// The one of this name.
const BinarySample &binary_sample(const std::string &family);
/// Those that are repeated as s16.
const std::vector<std::string> &s16_binary_samples();

/// The layer of binary_samples()[index] for operator `op`, bare of constants, with src0_zero, src1_zero, dst_zero and
/// clamps that differ from sample to sample.
Layer binary_sample_layer(const std::string &op, Rounding, size_t index);

} // namespace nibble::operators
