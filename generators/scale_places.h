// Places of scales in a kernel, as reference::ScalePlaces.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

#include "schedules/schedule.h"

namespace nibble {

/// The place of the scale of element `i` of a tensor with these parameters.
inline Halide::Expr scale_place(const Attributes &kernel, const Halide::Expr &i) {
    const auto at = [&](const char *key) { return static_cast<int>(kernel.at(key)); };
    Halide::Expr place = 0;
    if (at("scale_outer") != 1) {
        place = i / (at("inner") * at("channels"));
    }
    if (at("scale_channels") != 1) {
        place = place * at("scale_channels") + i / at("inner") % at("channels") / at("block");
    }
    return at("scale_inner") != 1 ? place * at("scale_inner") + i % at("inner") : place;
}

inline int scale_count(const Attributes &kernel) {
    return static_cast<int>(kernel.at("scale_outer") * kernel.at("scale_channels") * kernel.at("scale_inner"));
}

} // namespace nibble
