// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/s16_form.h"

#include <algorithm>

#include "compiler/operators/support/channel_forms.h"

namespace nibble::operators {
namespace {

constexpr int64_t most_narrowing = 15; ///< what shifts that narrow take on every target

/// A channel whose results are all dst_zero has a form whatever it is shifted by.
bool is_dead(const ChannelForm &form) { return form.mul == 0; }

/// What saturated values come to is beyond the clamps: 2^(15 - later).
bool hides_saturation(int64_t later, int64_t reach) { return later <= 15 && int64_t{1} << (15 - later) >= reach; }

std::optional<S16Form> form_at(const ChannelForm &form, int64_t narrowing, int64_t reach) {
    const int64_t later = is_dead(form) ? 1 : form.shr - narrowing;
    if (later < 1 || !hides_saturation(later, reach)) {
        return std::nullopt;
    }
    return S16Form{form.mul, form.shl, static_cast<int32_t>(later)};
}

S16Forms forms_at(const std::vector<ChannelForm> &channels, int64_t narrowing, int64_t reach) {
    S16Forms forms;
    forms.narrowing = narrowing;
    for (const ChannelForm &channel : channels) {
        forms.channels.push_back(form_at(channel, narrowing, reach));
    }
    return forms;
}

/// The shift of all channels whose results differ, where that is one.
std::optional<int64_t> shared_shift(const std::vector<ChannelForm> &channels) {
    std::optional<int64_t> shared;
    for (const ChannelForm &form : channels) {
        if (!is_dead(form)) {
            if (shared.value_or(form.shr) != form.shr) {
                return std::nullopt;
            }
            shared = form.shr;
        }
    }
    return shared && *shared >= 1 && *shared <= most_narrowing ? shared : std::nullopt;
}

int64_t panels_with_form(const S16Forms &forms) {
    int64_t panels = 0;
    for (int64_t panel = 0; panel < panels_of(static_cast<int64_t>(forms.channels.size())); ++panel) {
        panels += panel_has_form(forms.channels, panel) ? 1 : 0;
    }
    return panels;
}

} // namespace

S16Forms find_s16_forms(const std::vector<ChannelForm> &channels, int64_t reach) {
    if (const auto shift = shared_shift(channels)) {
        S16Forms forms;
        forms.narrowing = *shift;
        forms.shifts_later = false;
        for (const ChannelForm &form : channels) {
            forms.channels.push_back(S16Form{form.mul, form.shl, 0});
        }
        return forms;
    }
    // Most layers have several shifts to choose from: the nearest to this one, so that layers share kernels.
    constexpr int64_t usual = 3;
    S16Forms best = forms_at(channels, usual, reach);
    for (int64_t distance = 1; distance <= most_narrowing - usual; ++distance) {
        for (const int64_t narrowing : {usual + distance, usual - distance}) {
            S16Forms forms = forms_at(channels, std::max<int64_t>(narrowing, 0), reach);
            if (panels_with_form(forms) > panels_with_form(best)) {
                best = std::move(forms);
            }
        }
    }
    return best;
}

S16Forms find_s16_forms(const Layer &layer, int64_t k) {
    const int64_t zero = layer.at("dst_zero");
    return find_s16_forms(forms_of(layer, k), std::max(layer.at("clamp_max") - zero, zero - layer.at("clamp_min")));
}

bool zero_is_least(const Layer &layer) {
    constexpr int64_t least = -128;
    return layer.at("clamp_min") == least && layer.at("dst_zero") == least;
}

} // namespace nibble::operators
