// Softmax over rows of s8, in fixed point.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters; softmax_parameters gives the last three.
struct Softmax {
    int64_t rows = 1;
    int64_t depth = 1;      ///< elements of a row, at most max_softmax_depth
    int32_t multiplier = 0; ///< beta * scale in Q31
    int32_t shift = 0;      ///< its left shift: differences come to Q5.26
    int32_t diff_min = 0;   ///< differences to the row's largest value below this one count as no probability at all
};

/// Sums of so many exponentials, each at most 2^19, fit 32 bits.
constexpr int64_t max_softmax_depth = 8191;

/// multiplier, shift and diff_min for activations of this scale: the rule of TFLite's PreprocessSoftmaxScaling and
/// CalculateInputRadius. beta * scale must be above 2^-26.
Softmax softmax_parameters(int64_t rows, int64_t depth, double beta, double scale);

/// e^(beta * scale * difference) in Q0.31 for a difference in [diff_min, 0] to the row's largest value.
int32_t softmax_exponential(const Softmax &, int32_t difference);

/// dst = softmax(src) with scale 1/256 and zero point -128 (int16_t: 1/65536 and -32768): exp and reciprocal by
/// gemmlowp's fixed-point rules, as TFLite's reference int8 kernel and CMSIS-NN compute them. src and dst are dense
/// [rows,depth].
template <typename Dst>
void softmax(const Softmax &, const int8_t *src, Dst *dst);

extern template void softmax(const Softmax &, const int8_t *, int8_t *);
extern template void softmax(const Softmax &, const int8_t *, int16_t *);

} // namespace nibble::reference
