// The requantisations of docs/numerics.md in the forms that kernels compute, and the packed arrays they read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/operator_table.h"
#include "compiler/operators/support/legalise_context.h"
#include "generators/requantise_kind.h"

namespace nibble::operators {

/// Channels of the packed arrays come in panels of this many; the last one is filled up with zeros.
constexpr int64_t channel_panel = 16;
int64_t padded_channels(int64_t channels);

/// One channel of the packed form. With sign = kernel parameter `sign_matters`:
///     a = acc << shl                               (shl only where kernel parameter `left_shift` is 1)
///     p = (a * mul + 2^30) >> 31                   (64-bit product)
///     c = 0                           for sign 0
///       = acc >> 31                   for sign 1   (-1 below zero, else 0)
///       = max(acc >> 31, -shr)        for sign 2
///     dst = clamp((p + c + rnd) >> shr)            (dst_zero is inside rnd)
/// Nothing leaves s32; docs/numerics.md proves it equal to requantize_double + dst_zero. `single` rounds once, at
/// the end, where shr is at least 1:
///     dst = clamp(((((a * mul) >> 31) + rnd) >> shr) + dst_zero)       (rnd is half of 2^shr)
struct ChannelForm {
    int32_t mul = 0;
    int32_t rnd = 0;
    int32_t shr = 0;
    int32_t shl = 0;
};

/// One channel of `float`:
///     dst = clamp(rint(f32(acc) * scale) + dst_zero)        rint: to nearest, ties to even
/// It is the definition; |acc| * scale is below `nearest_bound`.
constexpr double nearest_bound = int64_t{1} << 30;

/// Names as in the manifest: "q31", "f32", "mixed", "biased", "biased_mixed", "single", "single_mixed", "nearest",
/// "s16", "s16_mixed".
const char *requantise_name(int64_t kind);

/// The kind that serves all constants of a layer with this rounding, on every target.
RequantiseKind general_kind(Rounding);
/// The kind that does so where the target has such cheap forms, with these where they serve.
RequantiseKind richest_kind(Rounding, CheapForms);

/// How many channels have the target's cheap form, and which kind serves the layer best.
struct RequantiseChoice {
    int64_t kind = requantise_q31;
    int64_t cheap_channels = 0;
    int64_t channels = 0; ///< 0 where the form is not chosen by channel
};
/// See OperatorRow::reduction for `k`. Proves the target's cheap forms channel by channel where the layer has
/// constants.
RequantiseChoice choose_requantise(const Layer &, int64_t k, CheapForms);

/// The most that |acc| can be: `k` products of a weight, less its zero point, of at most `largest_weight` and the
/// difference of two s8 values, and the bias.
int64_t accumulator_bound(int64_t k, int32_t bia, int64_t largest_weight = 128);

/// The form of one channel by `double` or `single`, or nothing where a value could leave s32. `bound` >= |acc|, below
/// 2^31.
/// Where even the largest accumulator rounds to 0, any shift gives dst_zero, and a form with small constants is
/// returned.
std::optional<ChannelForm> channel_form(int32_t multiplier, int32_t shift, int32_t dst_zero, int64_t bound,
                                        Rounding rounding = Rounding::double_);

/// Reports a reduction of `k` products that could leave s32, and channels without a form; the first of each kind.
/// The layer has bia, dst_zero and the factors.
void check_requantise(LegaliseContext &, const Layer &, int64_t k);

/// A negative accumulator gives at most dst_zero with and without the correction of its sign, and the clamp hides the
/// difference.
bool clamp_hides_sign(const Layer &);

/// Sets kernel parameters clamp_min, clamp_max and requantise; for ChannelForm sign_matters, left_shift and spare_bit
/// (1 where every |a| < 2^30), a layer whose constants come at run time getting what serves all of them; for F32Form
/// half_has_sign. Those of a form that is not used are 0. For S16Form, and there alone, narrowing and later_shift (see
/// S16Forms) and zero_is_least.
void set_requantise_parameters(const Layer &, int64_t k, Attributes &kernel);
/// Adds arrays of padded_channels(channels): where ChannelForm is used, s32 "mul", "rnd", "shr" and, where left_shift
/// is 1, "shl"; for S16Form s32 "mul" and "shl" as there, s16 "later" where later_shift is 1 (negative: to the left)
/// and s16 "zero" of one element where zero_is_least is 0; for all others f32 "scale" and, but for `nearest`, "offset"
/// (F32Form's half); where the zero point is added at the end, s32 "zero" (dst_zero in every channel); for the mixed
/// ones s32 "cheap", one a panel: 1 where the cheaper of the two forms serves it.
void add_requantise_arrays(const Layer &, int64_t k, int64_t channels, PackedLayout &);
/// Fills them, and where BiasedForm is used adds its bases to "bia", which is filled before. Throws
/// std::invalid_argument for a channel without a form, which legalise would have reported.
void pack_requantise(const Layer &, int64_t k, const PackedLayout &, uint8_t *packed);

/// Where array `name` of the layout begins in `packed`; nullptr where there is none.
template <typename T>
T *packed_array(const PackedLayout &layout, const std::string &name, uint8_t *packed) {
    const PackedArray *array = layout.find(name);
    return array != nullptr ? reinterpret_cast<T *>(packed + array->offset) : nullptr;
}

} // namespace nibble::operators
