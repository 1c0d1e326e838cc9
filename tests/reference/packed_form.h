// What a kernel computes from the packed requantisation constants, step by step.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "compiler/operators/support/channel_requantise.h"

namespace nibble::test {

/// The requantised value with the zero point, before the clamp. `sign` is kernel parameter sign_matters. Adds a
/// GoogleTest failure where a step leaves s32.
int64_t apply_packed_form(const operators::ChannelForm &form, int64_t sign, int32_t acc);

/// The same for `single` rounding, without the zero point.
int64_t apply_single_form(const operators::ChannelForm &form, int32_t acc);

} // namespace nibble::test
