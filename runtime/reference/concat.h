// Tensors one after the other along a dimension.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace nibble::reference {

/// One source of a concatenation: [rows, width].
struct ConcatSource {
    const void *data = nullptr;
    int64_t width = 1;              ///< elements of a row
    const uint8_t *table = nullptr; ///< of 256 u8 values: what each value becomes; nullptr: itself
};

/// dst [rows, all widths]: row by row the sources' rows in turn. Elements have `bits` bits; those with a table are the
/// s8 view of u8.
void concat(int64_t bits, int64_t rows, const std::vector<ConcatSource> &src, void *dst);

/// The u8 value that TFLite gives a value of scale and zero point `src` in scale and zero point `dst`: in f32, rounded
/// half away from zero.
uint8_t concat_rescaled(uint8_t value, float src_scale, int32_t src_zero, float dst_scale, int32_t dst_zero);

} // namespace nibble::reference
