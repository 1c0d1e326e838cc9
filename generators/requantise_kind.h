// The forms in which kernels requantise, as their parameters name them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble {

/// Attribute `requantise` of a layer and parameter of its kernel; a layer without it is served by the first. The forms
/// are those of compiler/operators/support/channel_requantise.h.
enum RequantiseKind : int64_t {
    requantise_q31 = 0,          ///< ChannelForm in every channel
    requantise_f32 = 1,          ///< F32Form in every channel
    requantise_mixed = 2,        ///< F32Form in panels all of whose channels have one, ChannelForm in the others
    requantise_biased = 3,       ///< BiasedForm in every channel
    requantise_biased_mixed = 4, ///< BiasedForm in panels all of whose channels have one, F32Form in the others
    requantise_single = 5,       ///< `single`: ChannelForm in every channel
    requantise_single_mixed = 6, ///< `single`: as requantise_mixed, with its ChannelForm
    requantise_nearest = 7,      ///< `float`: its definition in every channel
    requantise_nearest_s32 = 8,  ///< that in integers, for targets without vectors of f32
    requantise_s16 = 9,          ///< S16Form in every channel
    requantise_s16_mixed = 10    ///< S16Form in panels all of whose channels have one, ChannelForm in the others
};

/// Whether ChannelForm is that of `single` rounding, which has no sign to correct.
inline bool rounds_once(int64_t kind) { return kind == requantise_single || kind == requantise_single_mixed; }
inline bool uses_q31(int64_t kind) {
    return kind == requantise_q31 || kind == requantise_mixed || kind == requantise_s16_mixed || rounds_once(kind);
}
inline bool uses_s16(int64_t kind) { return kind == requantise_s16 || kind == requantise_s16_mixed; }
inline bool uses_f32(int64_t kind) {
    return kind == requantise_f32 || kind == requantise_mixed || kind == requantise_biased_mixed ||
           kind == requantise_single_mixed;
}
inline bool uses_biased(int64_t kind) { return kind == requantise_biased || kind == requantise_biased_mixed; }
/// Whether sums of f32 are proven for products that are fused with them.
inline bool fuses_products(int64_t kind) { return uses_f32(kind) || uses_biased(kind); }
inline bool is_nearest(int64_t kind) { return kind == requantise_nearest || kind == requantise_nearest_s32; }
/// Whether the zero point is added at the end, in s32.
inline bool uses_zero(int64_t kind) { return uses_f32(kind) || rounds_once(kind) || is_nearest(kind); }
/// Whether each panel says by "cheap" which of two forms it takes.
inline bool mixes_forms(int64_t kind) {
    return kind == requantise_mixed || kind == requantise_biased_mixed || kind == requantise_single_mixed ||
           kind == requantise_s16_mixed;
}

/// The forms by channel that are cheaper than ChannelForm on a target, where they are proven.
enum class CheapForms : uint8_t {
    none, ///< "q31"
    f32,  ///< F32Form and BiasedForm: of a fused multiply-add in f32 lanes
    s16   ///< S16Form: of shifts that narrow and saturate
};

/// As target files and manifests name them.
inline const char *form_name(CheapForms forms) {
    return forms == CheapForms::f32 ? "f32" : forms == CheapForms::s16 ? "s16" : "q31";
}

/// Which correction of negative accumulators ChannelForm needs.
enum SignMatters : int64_t {
    sign_never = 0,   ///< no channel shifts right, or negative accumulators all clamp to clamp_min >= dst_zero
    sign_always = 1,  ///< every channel shifts right
    sign_by_shift = 2 ///< some channels shift right
};

} // namespace nibble
