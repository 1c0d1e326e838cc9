// The forms of a layer's channels: which there are, and which panels have them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/requantise_steps.h"

namespace nibble::operators {

/// Whether the factors are known.
bool has_constants(const Layer &);
/// Of a layer with constants.
int64_t channel_count(const Layer &);
/// Attribute `requantise`, or the kind that serves all constants.
int64_t kind_of(const Layer &);
int64_t panels_of(int64_t channels);

/// Nothing where a value could leave s32.
std::optional<ChannelForm> form_of_channel(const Layer &, int64_t k, int64_t channel);
/// Of every channel. Throws std::invalid_argument for one without.
std::vector<ChannelForm> forms_of(const Layer &, int64_t k);
/// Whether a channel shifts left; true where constants come at run time.
bool shifts_left(const Layer &, int64_t k);

/// What a form of the channel has to equal.
RequantiseRange range_of_channel(const Layer &, int64_t k, int64_t channel);

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

} // namespace nibble::operators
