// Passes that write the call of generators/requantize_q31.h, (acc * multiplier + 2^30) >> 31, in plain operations.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

#include "schedules/directives.h"

namespace nibble {

/// Widens each lane to 64 bits: right everywhere, cheap where the machine multiplies 64-bit lanes.
std::shared_ptr<Halide::Internal::IRMutator> expand_mul_q31_by_widening();

/// One sqrdmulh, which equals it but for the product of two least values: a multiplier is never negative.
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
