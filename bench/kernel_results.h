// What bench_kernels measured, in the forms that it prints.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "autotune/peaks.h"
#include "autotune/timing.h"

namespace nibble {

struct KernelResult {
    std::string layer;
    std::string op;
    std::string types; ///< of activations and weights: "s8s8"
    std::string note;  ///< lowering, schedule and tile
    int64_t macs = 0;
    int rounds = 0;
    Spread microseconds;
    double peak_gmacs = 0; ///< median of the peak loop's rounds, which were interleaved with the layer's
    double clock_ghz = 0;
    std::string error; ///< not empty: the layer's answer is wrong, and nothing was measured

    double gmacs_of(double us) const { return us > 0 ? static_cast<double>(macs) / us * 1e-3 : 0; }
    double gmacs_min() const { return gmacs_of(microseconds.min); }
    double gmacs_median() const { return gmacs_of(microseconds.median); }
    /// Of the peak that was measured beside it.
    double share() const { return peak_gmacs > 0 ? gmacs_median() / peak_gmacs : 0; }
};

/// How results are written.
enum class Style { table, csv, markdown };

/// Everything before the first result.
std::string results_head(Style style, const ComputePeak &peak, const std::string &target, size_t name_width);
std::string result_line(Style style, const KernelResult &result, size_t name_width);
/// Median and least share of each family of layers ("r50 conv2d"); empty for CSV.
std::string results_foot(Style style, const std::vector<KernelResult> &results);

} // namespace nibble
