// Rows divided by their Euclidean length, s8.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters. dst has scale 1/128 and zero point 0.
struct L2Normalization {
    int64_t rows = 1;
    int64_t depth = 1;    ///< elements of a row, at most max_l2_depth
    int32_t src_zero = 0; ///< zero point
    bool u8 = false;      ///< src and dst are the s8 view of u8
};

/// Sums of so many squares of differences of s8 values fit s32.
constexpr int64_t max_l2_depth = 33025;

/// dst = saturate(128 * x / sqrt(sum of x^2 over the row)), x = src - src_zero. The reciprocal root is a multiplier and
/// a shift by gemmlowp's fixed-point rules, as in TFLite's reference kernels: those of u8 scale by 128 before they
/// multiply and round, that of s8 after. src and dst are dense [rows,depth].
void l2_normalization(const L2Normalization &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
