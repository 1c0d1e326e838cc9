// How a kernel's parameters say where a resize takes its pixels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/layer.h"
#include "runtime/reference/resize2d.h"

namespace nibble {

/// The reference's parameters that positions depend on.
inline reference::Resize2d resize_parameters(const Attributes &kernel) {
    reference::Resize2d p;
    p.align_corners = kernel.at("align_corners") != 0;
    p.half_pixel_centers = kernel.at("half_pixel_centers") != 0;
    return p;
}

} // namespace nibble
