// The report's tables.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "autotune/report_model.h"
#include "autotune/roofline.h"
#include "compiler/target.h"

namespace nibble {

/// The sortable table of layers: one row a kernel, its bound as a bar as long as its share of the time.
std::string layer_table(const ReportModel &model);

/// The machine: roofs by operand types and memory levels, with the traffic of the model at each level.
std::string machine_table(const ReportModel &model, const TargetFacts &target, const Roofs &roofs);

} // namespace nibble
