// The logarithm of softmax over rows of s8, in fixed point.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/softmax.h"

namespace nibble::reference {

/// Static parameters; log_softmax_parameters gives all but the extents.
struct LogSoftmax {
    Softmax softmax;                ///< rows, depth, and how differences come to Q5.26
    int32_t inverse_multiplier = 0; ///< from Q5.26 back to differences, Q31
    int32_t inverse_shift = 0;      ///< power of two beside it, at most 0
};

/// Sums of so many exponentials, each at most 2^19, fit s32.
constexpr int64_t max_log_softmax_depth = 4095;

/// For activations of this scale, above 2^-26: the rule of TFLite's PreprocessLogSoftmaxScalingExp.
LogSoftmax log_softmax_parameters(int64_t rows, int64_t depth, double scale);

/// The natural logarithm of `sum` >= 1 in Q12.19, as Q5.26.
int32_t log_of_sum(int32_t sum);

/// dst = src - largest - log(sum of e^(src - largest)) over each row, with scale 16/256 and zero point 127, by
/// gemmlowp's fixed-point rules, as TFLite's reference kernels compute it. src and dst are dense [rows,depth].
void log_softmax(const LogSoftmax &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
