// What searches tried: the candidates of each layer, why the winner wins, and what was expected of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "autotune/report_model.h"

namespace nibble {

/// A section with a list of candidates for each layer whose record has kept them, in one sentence what its winner does
/// otherwise than the schedule's own tile, and a chart of predicted over measured costs where some were predicted.
/// Empty where nothing was tried.
std::string search_section(const ReportModel &model);

} // namespace nibble
