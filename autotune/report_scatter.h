// What a model said of tiles beside what was measured of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "autotune/report_model.h"

namespace nibble {

/// Predicted over measured costs of all tiles that were tried, log-log, a colour an operator, with the median over
/// layers of Spearman's rank correlation. Empty where nothing was predicted.
std::string scatter_chart(const ReportModel &model);

} // namespace nibble
