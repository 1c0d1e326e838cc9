// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/channel_requantise.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "compiler/operators/support/biased_form.h"
#include "compiler/operators/support/channel_forms.h"
#include "compiler/operators/support/f32_form.h"
#include "compiler/operators/support/s16_form.h"
#include "compiler/operators/support/weight_zero.h"

namespace nibble::operators {
namespace {

constexpr int64_t s32_max = std::numeric_limits<int32_t>::max();

SignMatters sign_matters(const Layer &layer, int64_t k) {
    if (clamp_hides_sign(layer) || layer.rounding == Rounding::single) {
        return sign_never;
    }
    if (!has_constants(layer)) {
        return sign_by_shift;
    }
    const auto forms = forms_of(layer, k);
    const auto shifts = [](const ChannelForm &form) { return form.shr > 0; };
    if (std::all_of(forms.begin(), forms.end(), shifts)) {
        return sign_always;
    }
    return std::any_of(forms.begin(), forms.end(), shifts) ? sign_by_shift : sign_never;
}

/// Whether every |acc << shl| stays below 2^30, so that kernels may double it.
bool has_spare_bit(const Layer &layer, int64_t k) {
    if (!has_constants(layer)) {
        return false;
    }
    const auto forms = forms_of(layer, k);
    const auto *bia = layer.constants.at("bia").as<int32_t>();
    for (size_t c = 0; c < forms.size(); ++c) {
        if (accumulator_bound(k, bia[c], largest_weight(layer)) << forms[c].shl >= int64_t{1} << 30) {
            return false;
        }
    }
    return true;
}

/// Whether the channel has the form that serves all constants.
bool stays_in_s32(const Layer &layer, int64_t k, int64_t channel) {
    if (layer.rounding != Rounding::float_) {
        return form_of_channel(layer, k, channel).has_value();
    }
    const RequantiseRange range = range_of_channel(layer, k, channel);
    return static_cast<double>(range.bound) * range.factor < nearest_bound;
}

} // namespace

bool clamp_hides_sign(const Layer &layer) { return layer.at("clamp_min") >= layer.at("dst_zero"); }

int64_t padded_channels(int64_t channels) { return (channels + channel_panel - 1) / channel_panel * channel_panel; }

int64_t accumulator_bound(int64_t k, int32_t bia, int64_t largest_weight) {
    return k * largest_weight * 255 + std::abs(int64_t{bia});
}

std::optional<ChannelForm> channel_form(int32_t multiplier, int32_t shift, int32_t dst_zero, int64_t bound,
                                        Rounding rounding) {
    // The one rounding of `single` is that of the shift to the right.
    const bool once = rounding == Rounding::single;
    const int right = std::max(-shift, once ? 1 : 0);
    const int left = shift + right;
    const int32_t zero = once ? 0 : dst_zero; // what is added before the shift
    if (multiplier < 0 || left > 31 || right > 31 || bound > (s32_max >> left)) {
        return std::nullopt;
    }
    const int64_t most = ((bound << left) * multiplier + (int64_t{1} << 30)) >> 31;
    if (right > 0 && most < int64_t{1} << (right - 1)) {
        return ChannelForm{0, 1 + zero * 2, 1, 0};
    }
    const int64_t half = right > 0 ? int64_t{1} << (right - 1) : 0;
    const int64_t rnd = half + zero * (int64_t{1} << right);
    if (most + 1 + std::abs(rnd) > s32_max) {
        return std::nullopt;
    }
    return ChannelForm{multiplier, static_cast<int32_t>(rnd), right, left};
}

void check_requantise(LegaliseContext &context, const Layer &layer, int64_t k) {
    const auto *bia = layer.constants.at("bia").as<int32_t>();
    for (int64_t c = 0; c < channel_count(layer); ++c) {
        // Kernels may have the sums of 4-bit weights in the high half of a byte.
        const int64_t largest = std::max<int64_t>(largest_weight(layer), 128);
        if (const int64_t bound = accumulator_bound(k, bia[c], largest); bound > s32_max) {
            context.report(fmt::format("accumulator of channel {}", c),
                           fmt::format("up to {} ({} products and the bias)", bound, k),
                           fmt::format("at most {}", s32_max));
            return;
        }
    }
    for (int64_t c = 0; c < channel_count(layer); ++c) {
        if (!stays_in_s32(layer, k, c)) {
            const RequantiseRange range = range_of_channel(layer, k, c);
            context.report(fmt::format("output scale of channel {}", c),
                           fmt::format("a factor of about 2^{} for accumulators up to {}", std::ilogb(range.factor) + 1,
                                       range.bound),
                           "a factor that keeps the requantisation in 32 bits");
            return;
        }
    }
}

const char *requantise_name(int64_t kind) {
    constexpr const char *names[] = {"q31",          "f32",     "mixed",       "biased", "biased_mixed", "single",
                                     "single_mixed", "nearest", "nearest_s32", "s16",    "s16_mixed"};
    return names[kind];
}

RequantiseKind general_kind(Rounding rounding) {
    return rounding == Rounding::float_   ? requantise_nearest
           : rounding == Rounding::single ? requantise_single
                                          : requantise_q31;
}

RequantiseKind richest_kind(Rounding rounding, CheapForms cheap) {
    if (cheap == CheapForms::f32 && rounding != Rounding::float_) {
        return rounding == Rounding::single ? requantise_single_mixed : requantise_mixed;
    }
    return cheap == CheapForms::s16 && rounding == Rounding::double_ ? requantise_s16_mixed : general_kind(rounding);
}

namespace {

RequantiseChoice choose_s16(const Layer &layer, int64_t k) {
    RequantiseChoice choice;
    choice.kind = general_kind(layer.rounding);
    if (layer.rounding != Rounding::double_) {
        return choice;
    }
    const auto forms = find_s16_forms(layer, k).channels;
    choice.channels = channel_count(layer);
    choice.cheap_channels = count_found(forms);
    if (choice.cheap_channels == choice.channels) {
        choice.kind = requantise_s16;
    } else if (any_panel_has_form(forms)) {
        choice.kind = requantise_s16_mixed;
    }
    return choice;
}

RequantiseChoice choose_f32(const Layer &layer, int64_t k) {
    RequantiseChoice choice;
    choice.kind = general_kind(layer.rounding);
    choice.channels = choice.cheap_channels = channel_count(layer);
    const auto biased = find_forms(layer, k, find_biased_form);
    if (count_found(biased) == choice.channels) {
        choice.kind = requantise_biased;
        return choice;
    }
    if (layer.rounding == Rounding::float_) {
        return choice;
    }
    const auto in_f32 = find_forms(layer, k, find_f32_form);
    choice.cheap_channels = count_found(in_f32);
    if (choice.cheap_channels == choice.channels) {
        choice.kind = any_panel_has_form(biased) ? requantise_biased_mixed : requantise_f32;
    } else if (any_panel_has_form(in_f32)) {
        choice.kind = richest_kind(layer.rounding, CheapForms::f32);
    }
    return choice;
}

} // namespace

RequantiseChoice choose_requantise(const Layer &layer, int64_t k, CheapForms cheap) {
    if (cheap == CheapForms::none || !has_constants(layer)) {
        RequantiseChoice choice;
        choice.kind = general_kind(layer.rounding);
        return choice;
    }
    return cheap == CheapForms::f32 ? choose_f32(layer, k) : choose_s16(layer, k);
}

void set_requantise_parameters(const Layer &layer, int64_t k, Attributes &kernel) {
    kernel["clamp_min"] = layer.at("clamp_min");
    kernel["clamp_max"] = layer.at("clamp_max");
    const int64_t kind = kind_of(layer);
    const bool in_q31 = uses_q31(kind) || uses_s16(kind);
    kernel["requantise"] = kind;
    kernel["half_has_sign"] = uses_f32(kind) && !clamp_hides_sign(layer) ? 1 : 0;
    kernel["sign_matters"] = in_q31 ? sign_matters(layer, k) : sign_never;
    kernel["left_shift"] = in_q31 && shifts_left(layer, k) ? 1 : 0;
    kernel["spare_bit"] = in_q31 && has_spare_bit(layer, k) ? 1 : 0;
    if (uses_s16(kind)) {
        const S16Forms forms = find_s16_forms(layer, k);
        kernel["narrowing"] = forms.narrowing;
        kernel["later_shift"] = forms.shifts_later ? 1 : 0;
        kernel["zero_is_least"] = zero_is_least(layer) ? 1 : 0;
    }
}

} // namespace nibble::operators
