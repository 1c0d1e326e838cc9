// Requantisation of a layer's channels by two shifts, of which the first narrows to s16.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/operators/support/channel_requantise.h"

namespace nibble::operators {

/// One channel; docs/numerics.md proves it. With p and c of ChannelForm and what S16Forms says of the layer:
///     q = saturate_s16((p + c) >> narrowing)           then q = (q + 2^(later - 1)) >> later
///       = saturate_s16((p + c + 2^(narrowing - 1)) >> narrowing)        without later shifts
///     dst = clamp(q + dst_zero)
struct S16Form {
    int32_t mul = 0;
    int32_t shl = 0;
    int32_t later = 0; ///< at least 1 where there are later shifts
};

/// The forms of a layer's channels, and what they share: kernel parameters.
struct S16Forms {
    int64_t narrowing = 0;    ///< 0 to 15
    bool shifts_later = true; ///< false where one shift serves all channels
    std::vector<std::optional<S16Form>> channels;
};

/// The forms by the narrowing shift that most panels have one with. `channels` are a layer's forms by `double`;
/// `reach` is the largest |clamp - dst_zero|.
S16Forms find_s16_forms(const std::vector<ChannelForm> &channels, int64_t reach);
/// Of a layer with constants.
S16Forms find_s16_forms(const Layer &, int64_t k);

/// Whether a result of s16 below zero is the least s8 value, which saturation to u8 makes of it: clamp_min and dst_zero
/// are that value.
bool zero_is_least(const Layer &);

} // namespace nibble::operators
