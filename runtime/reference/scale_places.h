// Which scale and zero point an element of a tensor has: one for all, one a channel, or one a block of a channel's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// A tensor [outer][channels][inner] and its scales [scale_outer][scale_channels][scale_inner], each of them the
/// tensor's extent (channels: its quotient by `block`, rounded up) or 1.
struct ScalePlaces {
    int64_t outer = 1, channels = 1, inner = 1;
    int64_t block = 1;
    int64_t scale_outer = 1, scale_channels = 1, scale_inner = 1;

    int64_t elements() const { return outer * channels * inner; }
    int64_t of(int64_t element) const {
        const int64_t i = scale_inner == 1 ? 0 : element % inner;
        const int64_t c = scale_channels == 1 ? 0 : element / inner % channels / block;
        const int64_t o = scale_outer == 1 ? 0 : element / inner / channels;
        return (o * scale_channels + c) * scale_inner + i;
    }
};

} // namespace nibble::reference
