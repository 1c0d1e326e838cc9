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
    bool s4 = false;    ///< weights have 4 bits; else 8
    bool u8 = false;    ///< all activations are u8; else each layer's are as the list has them
    bool f32 = false;   ///< fully_connected layers read f32, quantised in the kernel; others are left out
    int64_t group = 0;  ///< of those: inputs with a scale of their own; 0: all
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
