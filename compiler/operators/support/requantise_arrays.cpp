// The arrays that kernels requantise by: where they lie and what is in them.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "compiler/operators/support/biased_form.h"
#include "compiler/operators/support/channel_forms.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/f32_form.h"
#include "compiler/operators/support/s16_form.h"

namespace nibble::operators {
namespace {

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
    const bool has_other = uses_q31(kind_of(layer));
    auto *scale = packed_array<float>(layout, "scale", packed);
    auto *offset = packed_array<float>(layout, "offset", packed);
    auto *cheap = packed_array<int32_t>(layout, "cheap", packed);
    for (size_t c = 0; c < forms.size(); ++c) {
        if (!forms[c] && !has_other) {
            refuse_channel(layer, c, "f32");
        }
        scale[c] = forms[c] ? forms[c]->scale : 0;
        offset[c] = forms[c] ? forms[c]->half : 0;
    }
    for (int64_t panel = 0; cheap != nullptr && panel < panels_of(static_cast<int64_t>(forms.size())); ++panel) {
        cheap[panel] = panel_has_form(forms, panel) ? 1 : 0;
    }
}

void pack_nearest(const Layer &layer, const PackedLayout &layout, uint8_t *packed) {
    const auto *scales = layer.constants.at("scale").as<float>();
    std::copy_n(scales, channel_count(layer), packed_array<float>(layout, "scale", packed));
}

/// Constants of S16Form; "mul" and "shl" are packed before where ChannelForm is there too.
void pack_s16(const Layer &layer, int64_t k, const PackedLayout &layout, uint8_t *packed) {
    const S16Forms forms = find_s16_forms(layer, k);
    auto *mul = packed_array<int32_t>(layout, "mul", packed);
    auto *shl = packed_array<int32_t>(layout, "shl", packed);
    auto *later = packed_array<int16_t>(layout, "later", packed);
    auto *cheap = packed_array<int32_t>(layout, "cheap", packed);
    for (size_t c = 0; c < forms.channels.size(); ++c) {
        const auto &form = forms.channels[c];
        if (!form && cheap == nullptr) {
            refuse_channel(layer, c, "s16");
        }
        if (form) {
            mul[c] = form->mul;
            if (shl != nullptr) {
                shl[c] = form->shl;
            }
            if (later != nullptr) {
                later[c] = static_cast<int16_t>(-form->later);
            }
        }
    }
    for (int64_t panel = 0; cheap != nullptr && panel < panels_of(channel_count(layer)); ++panel) {
        cheap[panel] = panel_has_form(forms.channels, panel) ? 1 : 0;
    }
    if (auto *zero = packed_array<int16_t>(layout, "zero", packed)) {
        *zero = static_cast<int16_t>(layer.at("dst_zero"));
    }
}

void pack_zero(const Layer &layer, const PackedLayout &layout, uint8_t *packed) {
    std::fill_n(packed_array<int32_t>(layout, "zero", packed), channel_count(layer),
                static_cast<int32_t>(layer.at("dst_zero")));
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

} // namespace

void add_requantise_arrays(const Layer &layer, int64_t k, int64_t channels, PackedLayout &layout) {
    const int64_t bytes = padded_channels(channels) * static_cast<int64_t>(sizeof(int32_t));
    const int64_t kind = kind_of(layer);
    if (uses_q31(kind) || uses_s16(kind)) {
        layout.add("mul", DType::s32, bytes);
    }
    if (uses_q31(kind)) {
        layout.add("rnd", DType::s32, bytes);
        layout.add("shr", DType::s32, bytes);
    }
    if ((uses_q31(kind) || uses_s16(kind)) && shifts_left(layer, k)) {
        layout.add("shl", DType::s32, bytes);
    }
    if (uses_s16(kind) && find_s16_forms(layer, k).shifts_later) {
        layout.add("later", DType::s16, bytes / 2);
    }
    if (uses_s16(kind) && !zero_is_least(layer)) {
        layout.add("zero", DType::s16, sizeof(int16_t));
    }
    if (fuses_products(kind) || is_nearest(kind)) {
        layout.add("scale", DType::f32, bytes);
    }
    if (fuses_products(kind)) {
        layout.add("offset", DType::f32, bytes);
    }
    if (uses_zero(kind)) {
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
    if (uses_s16(kind_of(layer))) {
        pack_s16(layer, k, layout, packed);
    }
    if (uses_f32(kind_of(layer))) {
        pack_f32(layer, k, layout, packed);
    }
    if (is_nearest(kind_of(layer))) {
        pack_nearest(layer, layout, packed);
    }
    if (uses_zero(kind_of(layer))) {
        pack_zero(layer, layout, packed);
    }
    if (uses_biased(kind_of(layer))) {
        pack_biased(layer, k, layout, packed);
    }
}

} // namespace nibble::operators
