// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/channel_requantise.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "compiler/operators/support/biased_form.h"
#include "compiler/operators/support/f32_form.h"
#include "compiler/operators/support/weight_zero.h"
#include "runtime/reference/requantize_math.h"

namespace nibble::operators {
namespace {

constexpr int64_t s32_max = std::numeric_limits<int32_t>::max();

bool has_constants(const Layer &layer) { return layer.constants.count("multiplier") != 0; }

int64_t channel_count(const Layer &layer) { return layer.constants.at("multiplier").shape.at(0); }

std::optional<ChannelForm> form_of_channel(const Layer &layer, int64_t k, int64_t channel) {
    const int64_t bound = accumulator_bound(k, layer.constants.at("bia").as<int32_t>()[channel], largest_weight(layer));
    return channel_form(layer.constants.at("multiplier").as<int32_t>()[channel],
                        layer.constants.at("shift").as<int32_t>()[channel], static_cast<int32_t>(layer.at("dst_zero")),
                        bound);
}

std::vector<ChannelForm> forms_of(const Layer &layer, int64_t k) {
    std::vector<ChannelForm> forms;
    for (int64_t c = 0; c < channel_count(layer); ++c) {
        const auto form = form_of_channel(layer, k, c);
        if (!form) {
            throw std::invalid_argument(
                fmt::format("layer '{}': channel {} can't be requantised in s32", layer.name, c));
        }
        forms.push_back(*form);
    }
    return forms;
}

SignMatters sign_matters(const Layer &layer, int64_t k) {
    if (clamp_hides_sign(layer)) {
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

bool shifts_left(const Layer &layer, int64_t k) {
    if (!has_constants(layer)) {
        return true;
    }
    const auto forms = forms_of(layer, k);
    return std::any_of(forms.begin(), forms.end(), [](const ChannelForm &form) { return form.shl > 0; });
}

int64_t kind_of(const Layer &layer) {
    const auto found = layer.attributes.find("requantise");
    return found == layer.attributes.end() ? int64_t{requantise_q31} : found->second;
}

RequantiseRange range_of_channel(const Layer &layer, int64_t k, int64_t channel) {
    const int32_t multiplier = layer.constants.at("multiplier").as<int32_t>()[channel];
    const int32_t shift = layer.constants.at("shift").as<int32_t>()[channel];
    RequantiseRange range;
    range.exact = [=](int32_t acc) { return reference::requantize_double(acc, multiplier, shift); };
    range.factor = std::ldexp(static_cast<double>(multiplier), shift - 31);
    range.bound = accumulator_bound(k, layer.constants.at("bia").as<int32_t>()[channel], largest_weight(layer));
    range.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    range.least = static_cast<int32_t>(layer.at("clamp_min") - layer.at("dst_zero"));
    range.most = static_cast<int32_t>(layer.at("clamp_max") - layer.at("dst_zero"));
    range.sign = !clamp_hides_sign(layer);
    return range;
}

/// What `find` makes of each channel.
template <typename Form>
std::vector<std::optional<Form>> find_forms(const Layer &layer, int64_t k,
                                            std::optional<Form> (*find)(const RequantiseRange &)) {
    std::vector<std::optional<Form>> forms;
    for (int64_t c = 0; c < channel_count(layer); ++c) {
        forms.push_back(find(range_of_channel(layer, k, c)));
    }
    return forms;
}

template <typename Form>
int64_t count_found(const std::vector<std::optional<Form>> &forms) {
    return std::count_if(forms.begin(), forms.end(), [](const auto &form) { return form.has_value(); });
}

int64_t panels_of(int64_t channels) { return padded_channels(channels) / channel_panel; }

/// Whether all channels of the panel have a form.
template <typename Form>
bool panel_has_form(const std::vector<std::optional<Form>> &forms, int64_t panel) {
    const auto first = forms.begin() + panel * channel_panel;
    const auto last =
        forms.begin() + std::min<int64_t>((panel + 1) * channel_panel, static_cast<int64_t>(forms.size()));
    return std::all_of(first, last, [](const auto &form) { return form.has_value(); });
}

template <typename Form>
bool any_panel_has_form(const std::vector<std::optional<Form>> &forms) {
    bool any = false;
    for (int64_t panel = 0; panel < panels_of(static_cast<int64_t>(forms.size())); ++panel) {
        any = any || panel_has_form(forms, panel);
    }
    return any;
}

void pack_q31(const Layer &layer, int64_t k, const PackedLayout &layout, uint8_t *packed) {
    const auto forms = forms_of(layer, k);
    auto *mul = packed_array<int32_t>(layout, "mul", packed);
    auto *rnd = packed_array<int32_t>(layout, "rnd", packed);
    auto *shr = packed_array<int32_t>(layout, "shr", packed);
    auto *shl = packed_array<int32_t>(layout, "shl", packed);
    for (size_t c = 0; c < forms.size(); ++c) {
        mul[c] = forms[c].mul;
        rnd[c] = forms[c].rnd;
        shr[c] = forms[c].shr;
        if (shl != nullptr) {
            shl[c] = forms[c].shl;
        }
    }
}

[[noreturn]] void refuse_channel(const Layer &layer, size_t channel, const char *form) {
    throw std::invalid_argument(fmt::format("layer '{}': channel {} has no {} form", layer.name, channel, form));
}

/// Constants of F32Form; zeros in channels without one, which another form has to serve.
void pack_f32(const Layer &layer, int64_t k, const PackedLayout &layout, uint8_t *packed) {
    const auto forms = find_forms(layer, k, find_f32_form);
    auto *scale = packed_array<float>(layout, "scale", packed);
    auto *offset = packed_array<float>(layout, "offset", packed);
    auto *zero = packed_array<int32_t>(layout, "zero", packed);
    auto *cheap = packed_array<int32_t>(layout, "cheap", packed);
    for (size_t c = 0; c < forms.size(); ++c) {
        if (!forms[c] && kind_of(layer) != requantise_mixed) {
            refuse_channel(layer, c, "f32");
        }
        scale[c] = forms[c] ? forms[c]->scale : 0;
        offset[c] = forms[c] ? forms[c]->half : 0;
        zero[c] = static_cast<int32_t>(layer.at("dst_zero"));
    }
    for (int64_t panel = 0; cheap != nullptr && panel < panels_of(static_cast<int64_t>(forms.size())); ++panel) {
        cheap[panel] = panel_has_form(forms, panel) ? 1 : 0;
    }
}

/// Constants of BiasedForm in the panels that have it, whose bases are added to "bia": it may have several rows of the
/// layer's channels.
void pack_biased(const Layer &layer, int64_t k, const PackedLayout &layout, uint8_t *packed) {
    const auto forms = find_forms(layer, k, find_biased_form);
    auto *scale = packed_array<float>(layout, "scale", packed);
    auto *offset = packed_array<float>(layout, "offset", packed);
    auto *bia = packed_array<int32_t>(layout, "bia", packed);
    auto *cheap = packed_array<int32_t>(layout, "cheap", packed);
    const int64_t row = padded_channels(static_cast<int64_t>(forms.size()));
    const int64_t biases = layout.find("bia")->bytes / static_cast<int64_t>(sizeof(int32_t));
    for (size_t c = 0; c < forms.size(); ++c) {
        const auto panel = static_cast<int64_t>(c) / channel_panel;
        const bool has_form = panel_has_form(forms, panel);
        if (cheap != nullptr) {
            cheap[panel] = has_form ? 1 : 0;
        } else if (!has_form) {
            refuse_channel(layer, c, "biased");
        }
        if (has_form) {
            scale[c] = forms[c]->scale;
            offset[c] = forms[c]->offset;
            for (auto i = static_cast<int64_t>(c); i < biases; i += row) {
                bia[i] += forms[c]->base;
            }
        }
    }
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

} // namespace

bool clamp_hides_sign(const Layer &layer) { return layer.at("clamp_min") >= layer.at("dst_zero"); }

int64_t padded_channels(int64_t channels) { return (channels + channel_panel - 1) / channel_panel * channel_panel; }

int64_t accumulator_bound(int64_t k, int32_t bia, int64_t largest_weight) {
    return k * largest_weight * 255 + std::abs(int64_t{bia});
}

std::optional<ChannelForm> channel_form(int32_t multiplier, int32_t shift, int32_t dst_zero, int64_t bound) {
    const int left = std::max(shift, 0);
    const int right = std::max(-shift, 0);
    if (multiplier < 0 || left > 31 || right > 31 || bound > (s32_max >> left)) {
        return std::nullopt;
    }
    const int64_t most = ((bound << left) * multiplier + (int64_t{1} << 30)) >> 31;
    if (right > 0 && most < int64_t{1} << (right - 1)) {
        return ChannelForm{0, 1 + dst_zero * 2, 1, 0};
    }
    const int64_t half = right > 0 ? int64_t{1} << (right - 1) : 0;
    const int64_t rnd = half + dst_zero * (int64_t{1} << right);
    if (most + 1 + std::abs(rnd) > s32_max) {
        return std::nullopt;
    }
    return ChannelForm{multiplier, static_cast<int32_t>(rnd), right, left};
}

void check_requantise(LegaliseContext &context, const Layer &layer, int64_t k) {
    const auto *bia = layer.constants.at("bia").as<int32_t>();
    for (int64_t c = 0; c < channel_count(layer); ++c) {
        if (const int64_t bound = accumulator_bound(k, bia[c], largest_weight(layer)); bound > s32_max) {
            context.report(fmt::format("accumulator of channel {}", c),
                           fmt::format("up to {} ({} products and the bias)", bound, k),
                           fmt::format("at most {}", s32_max));
            return;
        }
    }
    for (int64_t c = 0; c < channel_count(layer); ++c) {
        if (!form_of_channel(layer, k, c)) {
            const int32_t shift = layer.constants.at("shift").as<int32_t>()[c];
            context.report(fmt::format("output scale of channel {}", c),
                           fmt::format("a factor of about 2^{} for accumulators up to {}", shift,
                                       accumulator_bound(k, bia[c], largest_weight(layer))),
                           "a factor that keeps the requantisation in 32 bits");
            return;
        }
    }
}

const char *requantise_name(int64_t kind) {
    constexpr const char *names[] = {"q31", "f32", "mixed", "biased", "biased_mixed"};
    return names[kind];
}

RequantiseChoice choose_requantise(const Layer &layer, int64_t k) {
    RequantiseChoice choice;
    choice.channels = choice.f32_channels = channel_count(layer);
    const auto biased = find_forms(layer, k, find_biased_form);
    if (count_found(biased) == choice.channels) {
        choice.kind = requantise_biased;
        return choice;
    }
    const auto in_f32 = find_forms(layer, k, find_f32_form);
    choice.f32_channels = count_found(in_f32);
    if (choice.f32_channels == choice.channels) {
        choice.kind = any_panel_has_form(biased) ? requantise_biased_mixed : requantise_f32;
    } else if (any_panel_has_form(in_f32)) {
        choice.kind = requantise_mixed;
    }
    return choice;
}

void set_requantise_parameters(const Layer &layer, int64_t k, Attributes &kernel) {
    kernel["clamp_min"] = layer.at("clamp_min");
    kernel["clamp_max"] = layer.at("clamp_max");
    const int64_t kind = kind_of(layer);
    const bool in_q31 = uses_q31(kind);
    kernel["requantise"] = kind;
    kernel["half_has_sign"] = uses_f32(kind) && !clamp_hides_sign(layer) ? 1 : 0;
    kernel["sign_matters"] = in_q31 ? sign_matters(layer, k) : sign_never;
    kernel["left_shift"] = in_q31 && shifts_left(layer, k) ? 1 : 0;
    kernel["spare_bit"] = in_q31 && has_spare_bit(layer, k) ? 1 : 0;
}

void add_requantise_arrays(const Layer &layer, int64_t k, int64_t channels, PackedLayout &layout) {
    const int64_t bytes = padded_channels(channels) * static_cast<int64_t>(sizeof(int32_t));
    const int64_t kind = kind_of(layer);
    if (uses_q31(kind)) {
        layout.add("mul", DType::s32, bytes);
        layout.add("rnd", DType::s32, bytes);
        layout.add("shr", DType::s32, bytes);
        if (shifts_left(layer, k)) {
            layout.add("shl", DType::s32, bytes);
        }
    }
    if (uses_f32(kind) || uses_biased(kind)) {
        layout.add("scale", DType::f32, bytes);
        layout.add("offset", DType::f32, bytes);
    }
    if (uses_f32(kind)) {
        layout.add("zero", DType::s32, bytes);
    }
    if (mixes_forms(kind)) {
        layout.add("cheap", DType::s32, panels_of(channels) * static_cast<int64_t>(sizeof(int32_t)));
    }
}

void pack_requantise(const Layer &layer, int64_t k, const PackedLayout &layout, uint8_t *packed) {
    if (uses_q31(kind_of(layer))) {
        pack_q31(layer, k, layout, packed);
    }
    if (uses_f32(kind_of(layer))) {
        pack_f32(layer, k, layout, packed);
    }
    if (uses_biased(kind_of(layer))) {
        pack_biased(layer, k, layout, packed);
    }
}

} // namespace nibble::operators
