// Two runs side by side: one self-contained HTML page from two manifests.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <ostream>
#include <utility>
#include <vector>

#include "autotune/report_model.h"

namespace nibble {

/// The layers that both have, by name: positions in a.layers and b.layers.
std::vector<std::pair<size_t, size_t>> common_layers(const ReportModel &a, const ReportModel &b);

/// Writes the page: of each layer that both have its tile, where that came from, its bound and its measured cost in A
/// and in B (what a run's record lacks the other's search may have), first those that gain most from A to B; sums; and
/// the names of the layers that only one has. Costs of different units are not compared. The same manifests give the
/// same bytes.
void write_comparison(const ReportModel &a, const ReportModel &b, std::ostream &out);

} // namespace nibble
