// Where attention pays first: the layers that cost most, and what could make each of them cheaper.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "autotune/report_model.h"
#include "autotune/roofline.h"

namespace nibble {

/// An ordered list of a few layers, or nothing where the model has none. Measured layers rank by the time that they
/// take above their bound; without measurements the bound itself ranks.
std::string attention_list(const ReportModel &model, const Roofs &roofs);

} // namespace nibble
