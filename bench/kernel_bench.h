// bench_kernels without its command line: layers to kernels to measurements.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/kernel_case.h"
#include "bench/kernel_results.h"
#include "bench/typed_layers.h"

namespace nibble {

struct KernelBenchOptions {
    std::filesystem::path layers; ///< .csv or .json list of bare layers
    std::string target = "host";
    std::string filter; ///< only layers whose name has this text
    LayerTypes types;
    std::string records; ///< as recorded_tiles takes them
    Weights weights = Weights::warm;
    Style style = Style::table;
    int threads = 1; ///< more: what they gain is measured beside one thread's time
    int jobs = 1;    ///< kernels compiled at once, before anything is measured
};

/// Generates each layer's kernel for random constants, checks its answer against the reference,
/// and measures it in rounds interleaved with the peak loop, as Google Benchmark runs them. Prints to standard output.
/// Returns every layer's result; some may have an error. Throws Error.
std::vector<KernelResult> bench_kernels(const KernelBenchOptions &options);

} // namespace nibble
