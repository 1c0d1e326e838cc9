// Float tensors quantised as an encoding says (compiler/overrides.h).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "compiler/overrides.h"

namespace nibble {

/// The integers of a type of so many bits.
struct Integers {
    int64_t least, most;

    Integers(int bits, bool is_signed)
        : least(is_signed ? -(int64_t{1} << (bits - 1)) : 0), most(least + (int64_t{1} << bits) - 1) {}
};

/// s4, s8 or s16 where the encoding is symmetric or of 16 bits, else u4 or u8.
DType dtype_of(const Encoding &);

/// A scale above 0 for values in [least, most], which a symmetric encoding's largest integer, or all integers, span.
float scale_of(float least, float most, const Integers &, bool symmetric);

/// Scales of weights with channels along `axis`: one a channel, or one for each of an encoding's groups.
size_t scale_count(const Tensor &, const Encoding &, int axis);

/// Makes f32 weights what the encoding says: values rounded half to even, NaN the zero point; the scales as given, else
/// from the weights of each channel or group.
void quantize_weights(Tensor &, const Encoding &, int axis);

/// Makes an f32 bias s32, in units of the source's scale times each channel's of the weights.
void quantize_bias(Tensor &, float src_scale, const Quantization &weights);

} // namespace nibble
