// Passes that write the calls of generators/requantize_q31.h in plain operations: (acc * multiplier + 2^30) >> 31, the
// same without the half, and the rounding shift and the saturation that `single` and `float` end with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

#include "schedules/directives.h"

namespace nibble {

/// Widens each lane to 64 bits: right everywhere, cheap where the machine multiplies 64-bit lanes.
std::shared_ptr<Halide::Internal::IRMutator> expand_mul_q31_by_widening();

/// One sqrdmulh, or sqdmulh without the half, which equals it but for the product of two least values: a multiplier is
/// never negative. The shift is one srshl, and the zero point is added to twice the lanes in s16, by sqadd.
std::shared_ptr<Halide::Internal::IRMutator> expand_mul_q31_by_rounding_high();

/// Whether |acc| is known to stay below 2^30.
enum class SpareBit { no, yes };

/// By widening where the target has vectors of 64-bit lanes, else by a rounding high half.
std::shared_ptr<Halide::Internal::IRMutator> expand_mul_q31(const Algorithm &);

/// Multiplies even and odd lanes apart, as pmuldq does: no lane ever crosses to another vector. With a spare bit the
/// accumulator is doubled first, and the result is the high word of each product: two instructions fewer. Scalars and
/// vectors with an odd number of lanes are widened.
std::shared_ptr<Halide::Internal::IRMutator> expand_mul_q31_by_pairs(SpareBit spare_bit = SpareBit::no);

} // namespace nibble
