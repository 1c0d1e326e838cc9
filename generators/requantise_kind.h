// The forms in which kernels requantise, as their parameters name them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble {

/// Attribute `requantise` of a layer and parameter of its kernel; a layer without it is served by the first. The forms
/// are those of compiler/operators/support/channel_requantise.h.
enum RequantiseKind : int64_t {
    requantise_q31 = 0,  ///< ChannelForm in every channel
    requantise_f32 = 1,  ///< F32Form in every channel
    requantise_mixed = 2 ///< F32Form in panels all of whose channels have one, ChannelForm in the others
};

/// Which correction of negative accumulators ChannelForm needs.
enum SignMatters : int64_t {
    sign_never = 0,   ///< no channel shifts right, or negative accumulators all clamp to clamp_min >= dst_zero
    sign_always = 1,  ///< every channel shifts right
    sign_by_shift = 2 ///< some channels shift right
};

} // namespace nibble
