// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/one_form.h"

namespace nibble::operators {

std::optional<ChannelForm> one_form(const Layer &layer, int64_t bound) {
    return channel_form(static_cast<int32_t>(layer.at("multiplier")), static_cast<int32_t>(layer.at("shift")),
                        static_cast<int32_t>(layer.at("dst_zero")), bound);
}

void set_one_form(const Layer &layer, int64_t bound, Attributes &kernel) {
    const ChannelForm form = one_form(layer, bound).value();
    for (const char *reference_only : {"dst_zero", "multiplier", "shift"}) {
        kernel.erase(reference_only);
    }
    kernel["mul"] = form.mul;
    kernel["rnd"] = form.rnd;
    kernel["shr"] = form.shr;
    kernel["shl"] = form.shl;
    kernel["sign_matters"] = clamp_hides_sign(layer) || form.shr == 0 ? sign_never : sign_always;
    kernel["spare_bit"] = bound << form.shl < int64_t{1} << 30;
}

} // namespace nibble::operators
