// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/channel_forms.h"

#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/weight_zero.h"

namespace nibble::operators {

namespace {

const char *factor_of(const Layer &layer) { return layer.rounding == Rounding::float_ ? "scale" : "multiplier"; }

} // namespace

bool has_constants(const Layer &layer) { return layer.constants.count(factor_of(layer)) != 0; }

int64_t channel_count(const Layer &layer) { return layer.constants.at(factor_of(layer)).shape.at(0); }

int64_t kind_of(const Layer &layer) {
    const auto found = layer.attributes.find("requantise");
    return found == layer.attributes.end() ? int64_t{general_kind(layer.rounding)} : found->second;
}

int64_t panels_of(int64_t channels) { return padded_channels(channels) / channel_panel; }

std::optional<ChannelForm> form_of_channel(const Layer &layer, int64_t k, int64_t channel) {
    const int64_t bound = accumulator_bound(k, layer.constants.at("bia").as<int32_t>()[channel], largest_weight(layer));
    return channel_form(layer.constants.at("multiplier").as<int32_t>()[channel],
                        layer.constants.at("shift").as<int32_t>()[channel], static_cast<int32_t>(layer.at("dst_zero")),
                        bound, layer.rounding);
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

bool shifts_left(const Layer &layer, int64_t k) {
    if (!has_constants(layer)) {
        return true;
    }
    const auto forms = forms_of(layer, k);
    return std::any_of(forms.begin(), forms.end(), [](const ChannelForm &form) { return form.shl > 0; });
}

RequantiseRange range_of_channel(const Layer &layer, int64_t k, int64_t channel) {
    const reference::Requantisation requantise = requantisation_of(layer);
    RequantiseRange range;
    range.exact = [=](int32_t acc) { return requantise(acc, channel); };
    range.factor = requantise.scale != nullptr ? double{requantise.scale[channel]}
                                               : std::ldexp(static_cast<double>(requantise.multiplier[channel]),
                                                            requantise.shift[channel] - 31);
    range.bound = accumulator_bound(k, layer.constants.at("bia").as<int32_t>()[channel], largest_weight(layer));
    range.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    range.least = static_cast<int32_t>(layer.at("clamp_min") - layer.at("dst_zero"));
    range.most = static_cast<int32_t>(layer.at("clamp_max") - layer.at("dst_zero"));
    range.sign = !clamp_hides_sign(layer);
    return range;
}

} // namespace nibble::operators
