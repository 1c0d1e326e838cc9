// Rows of reals to s8, each with a scale of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct QuantizeRows {
    int64_t m = 1; ///< rows
    int64_t k = 1; ///< values of a row
};

/// scale[i] = row_scale(src[i]), dst[i] = quantise_row(src[i]) (row_quantisation.h). src f32 [m,k], dst [m,k], scale
/// [m]; all dense.
void quantize_rows(const QuantizeRows &, const float *src, int8_t *dst, float *scale);

} // namespace nibble::reference
