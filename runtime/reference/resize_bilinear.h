// Two-dimensional bilinear resize, s8.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/resize2d.h"

namespace nibble::reference {

/// Bits after the point of positions between s8 pixels.
constexpr int bilinear_bits = 10;

/// The two source positions that an output mixes, and how far it lies from the first towards the second: in units of
/// 2^-bilinear_bits for s8 (`Distance` int32_t), in f32 for u8 (float).
template <typename Distance>
struct BilinearTap {
    int64_t lower = 0, upper = 0;
    Distance distance = 0;
};

/// That of position `i` of `outputs`, along a dimension of `extent`.
template <typename Distance>
BilinearTap<Distance> bilinear_tap(const Resize2d &, int64_t i, int64_t extent, int64_t outputs);

/// dst [n,oh,ow,c] of dense src [n,h,w,c]: four pixels by the products of their distances. s8 is computed in integers
/// and rounded half away from zero; u8 (`u8`: the tensors are its s8 view) in f32, from the first to the last product,
/// and a half is added before the fraction is dropped.
void resize_bilinear(const Resize2d &, bool u8, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
