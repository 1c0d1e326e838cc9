// The roofline as SVG: roofs and layers on logarithmic axes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "autotune/report_model.h"
#include "autotune/roofline.h"

namespace nibble {

/// An <svg> element with the roofs and one point a layer that multiplies: x is MACs per byte, y is GMAC/s at the
/// layer's bound. Where a layer was measured, a second point stands at the measured rate, joined to the first. Empty
/// where no layer multiplies.
std::string roofline_chart(const ReportModel &model, const Roofs &roofs);

} // namespace nibble
