// A study's kernels as a table of Markdown.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "autotune/studied_kernel.h"

namespace nibble {

/// What a study says of a kernel.
struct StudyRow {
    std::string layer;
    size_t legal = 0, measured = 0;
    std::optional<double> correlation;
    /// Costs divided by the fastest tile's: of the schedule's own, of the model's choice and of a brief search's, where
    /// they were measured.
    double own = 1;
    std::optional<double> choice, brief;
    std::string binding;         ///< of the model's choice
    std::string chosen, fastest; ///< tiles: the model's and the fastest
};

StudyRow study_row(const StudiedKernel &);

/// A line each, then one with the median of the rank correlations and, of each choice, how many kernels it is within 3
/// and 15 % of the fastest for.
std::string study_markdown(const std::vector<StudyRow> &);

} // namespace nibble
