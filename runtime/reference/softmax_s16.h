// Softmax over rows of s16, by two tables.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace nibble::reference {

/// A function of [-2^15, 2^15) in Q0.15 at every 128th argument and, last, at 2^15: neighbours are joined by lines.
using FunctionTable = std::array<int16_t, 513>;

/// e^x for x from -10 to 0, and 1 / (1 + x) for x from 0 to 1: each value less half of what the line through its
/// neighbours is wrong by in the middle. TFLite's gen_lut (kernels/internal/common.h), in f64.
FunctionTable exponential_table();
FunctionTable reciprocal_table();

/// The table's value at an argument, half up.
int16_t value_at(const FunctionTable &, int16_t argument);

/// Static parameters.
struct SoftmaxS16 {
    int64_t rows = 1, depth = 1;       ///< depth at most 2^16
    int32_t multiplier = 0, shift = 0; ///< Q31: src scale * beta * 65535 / 10
};

/// dst[r,i] = e^(src[r,i] - largest) / sum of these over the row, in Q0.15 and at least 0. Differences are scaled by
/// requantize_double to the 65,536 arguments of the exponentials; the sum, brought to [1, 2), is rounded to 16 bits for
/// its reciprocal, and the product of both half up.
void softmax_s16(const SoftmaxS16 &, const FunctionTable &exponentials, const FunctionTable &reciprocals,
                 const int16_t *src, int16_t *dst);

} // namespace nibble::reference
