// The packed form of a layer that requantises by one factor, as kernel parameters.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/layer.h"
#include "compiler/operators/support/channel_requantise.h"
#include "runtime/reference/requantisation.h"

namespace nibble::operators {

/// Sets attributes multiplier and shift to product / dst in f64, or for `float` scale_bits in f32.
void set_one_factor(float product, float dst, Layer &);

/// The factor that those attributes say.
class OneFactor {
public:
    explicit OneFactor(const Layer &);
    /// By the layer's rounding, for channel 0; not to outlive the factor.
    reference::Requantisation requantisation() const;

private:
    Rounding rounding_;
    int32_t multiplier_ = 0, shift_ = 0;
    float scale_ = 0;
};

/// The form of attributes multiplier, shift and dst_zero by the layer's rounding for |acc| <= bound, or nothing where a
/// value could leave s32. `float` has another form.
std::optional<ChannelForm> one_form(const Layer &, int64_t bound);

/// Whether the layer has a form for |acc| <= bound, of whatever rounding.
bool has_one_form(const Layer &, int64_t bound);

/// Puts mul, rnd, shr, shl, sign_matters and spare_bit in the place of multiplier and shift, and for `double` of
/// dst_zero. The layer has a form. For `float`, attributes dst_zero and scale_bits are what a kernel needs, and
/// spare_bit is 0.
void set_one_form(const Layer &, int64_t bound, Attributes &kernel);

} // namespace nibble::operators
