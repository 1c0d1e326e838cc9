// The scratch memory and VTCM over time, as SVG.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "autotune/report_model.h"

namespace nibble {

/// An <svg> element: one column a layer, in the order they run; a rectangle is a piece of the activation arena from the
/// layer that writes it to the last that reads it, at its offset; above the arena stands what each kernel stages. Empty
/// where the model needs no scratch.
std::string memory_chart(const ReportModel &model);
/// The same of VTCM, where what a kernel stages lies beside the activations. Empty where nothing is there.
std::string vtcm_chart(const ReportModel &model);

} // namespace nibble
