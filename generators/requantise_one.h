// Requantisation by one factor for all of a kernel's results.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

#include "compiler/layer.h"

namespace nibble {

/// s32 to s8, or s16 where parameter `bits` is 16, by parameters mul, rnd, shr, shl, sign_matters, clamp_min and
/// clamp_max of the kernel: ChannelForm of compiler/operators/support/channel_requantise.h, that of `single` where
/// parameter `requantise` says so. For `float`, which it may say too, the parameters are scale_bits, dst_zero and the
/// clamps.
Halide::Expr requantise_one(Halide::Expr acc, const Attributes &kernel);

} // namespace nibble
