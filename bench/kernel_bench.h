// bench_kernels without its command line: layers to kernels to measurements.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/kernel_case.h"
#include "bench/kernel_results.h"

namespace nibble {

struct KernelBenchOptions {
    std::filesystem::path layers; ///< .csv or .json list of bare layers
    std::string target = "host";
    std::string filter; ///< only layers whose name has this text
    /// All activations' type: s8, u8, or f32, quantised by row, with results in f32 (fully_connected alone).
    std::string act = "s8";
    /// Weights: s8, s4; s4g128, s4g64 and s4g32 with a scale for so many inputs, s4i128 with an integer factor for
    /// these.
    std::string wei = "s8";
    Weights weights = Weights::warm;
    Style style = Style::table;
    int threads = 1; ///< more: what they gain is measured beside one thread's time
    int jobs = 1;    ///< kernels compiled at once, before anything is measured
};

/// Generates each layer's kernel for random constants and its default tile, checks its answer against the reference,
/// and measures it in rounds interleaved with the peak loop, as Google Benchmark runs them. Prints to standard output.
/// Returns every layer's result; some may have an error. Throws Error.
std::vector<KernelResult> bench_kernels(const KernelBenchOptions &options);

} // namespace nibble
