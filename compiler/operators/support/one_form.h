// The packed form of a layer that requantises by one factor, as kernel parameters.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/layer.h"
#include "compiler/operators/support/channel_requantise.h"

namespace nibble::operators {

/// The form of attributes multiplier, shift and dst_zero for |acc| <= bound, or nothing where a value could leave s32.
std::optional<ChannelForm> one_form(const Layer &, int64_t bound);

/// Puts mul, rnd, shr, shl, sign_matters and spare_bit in the place of dst_zero, multiplier and shift. The layer has a
/// form.
void set_one_form(const Layer &, int64_t bound, Attributes &kernel);

} // namespace nibble::operators
