// From scales to integers: multipliers, activation clamps, channel-wise constants.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/operators/support/legalise_context.h"
#include "runtime/reference/requantisation.h"

namespace nibble::operators {

/// Inclusive quantised bounds of an output.
struct Clamps {
    int32_t min = -128;
    int32_t max = 127;
};
/// All that so many bits hold: 8 or 16.
Clamps all_of_bits(int64_t bits);

/// The bounds of attribute `activation` (none, relu, relu6, relu_n1_to_1) in a tensor whose type has these limits: real
/// bounds divided by the scale in f32, rounded half away from zero (TFLite's rule; `float`: half to even), moved to the
/// zero point.
Clamps activation_clamps(LegaliseContext &, const TensorQuantization &dst, const Clamps &limits);
/// The same in a tensor of the context's `bits`.
Clamps activation_clamps(LegaliseContext &, const TensorQuantization &dst);
/// Sets clamp_min and clamp_max.
void set_clamps(const Clamps &, Attributes &);

/// Sets <prefix>multiplier and <prefix>shift to a factor of differences of two values of the context's `bits`; reports
/// one that could take them out of s32 as the scale of dst.
void set_factor(LegaliseContext &, const Tensor &dst, double factor, const std::string &prefix, Attributes &);

/// The scale of each of `channels` channels of s8 weights whose channels run along `axis`: one for all or one each.
/// Reports anything else, zero points by channel of 8-bit weights other than 0 (u8: 128) among it, and returns ones
/// then.
std::vector<float> channel_scales(LegaliseContext &, const Tensor &wei, int axis, int64_t channels);

/// A constant with its elements as bytes.
template <typename T>
Constant make_constant(DType dtype, std::vector<int64_t> shape, const std::vector<T> &values) {
    const auto *bytes = reinterpret_cast<const uint8_t *>(values.data());
    return {dtype, std::move(shape), std::vector<uint8_t>(bytes, bytes + values.size() * sizeof(T))};
}

/// Sets the factor src scale * wei scale / dst scale of each channel: where the layer's rounding is `float`, constant
/// "scale" (f32, as is each step to it), else "multiplier" and "shift" from the factor in f64. TFLite takes the product
/// in f32 in some operators where all weights have one scale: `one_scale_in_f32`.
void set_channel_factors(LegaliseContext &, const TensorQuantization &src, const Tensor &wei, int axis,
                         const TensorQuantization &dst, bool one_scale_in_f32, Layer &);

/// The definition of `double` and `single`.
reference::Requantisation::ByMultiplier rule_of(Rounding);

/// The factors of a layer: its constants "scale", or "multiplier" and "shift", which it has to outlive.
reference::Requantisation requantisation_of(const Layer &);

/// Sets src_zero, dst_zero, the clamps of attribute `activation` and the factors of a
/// convolution whose weight channels run along `axis`. One scale of u8
/// weights is multiplied in f32, all of s8 weights in f64, as TFLite does.
void legalise_channel_quantisation(LegaliseContext &, const Tensor &src, const Tensor &wei, int axis, const Tensor &dst,
                                   Layer &);

/// Sets "bia" [channels] from optional input `index`: zeros where it is absent.
void set_bias(LegaliseContext &, size_t index, int64_t channels, Layer &);

} // namespace nibble::operators
