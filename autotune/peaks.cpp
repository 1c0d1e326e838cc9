// SPDX-License-Identifier: Apache-2.0
#include "autotune/peaks.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "autotune/micro_kernels.h"
#include "autotune/timing.h"
#include "model/error.h"

namespace nibble {
namespace {

constexpr int64_t clock_cycles = 800'000;      // 0.2 to 0.4 ms
constexpr int64_t multiply_adds = 200'000'000; // 0.3 to 4 ms
constexpr int attempts = 6;

const MultiplyLoop &loop_of(const std::string &operand_types, int vector_bytes) {
    const MultiplyLoop *loop = find_multiply_loop(operand_types.c_str(), vector_bytes);
    if (!loop || !loop->supported()) {
        throw Error(Finding{"bench", "peak of " + operand_types + " multiply-adds",
                            "a CPU without the instruction for it", "a CPU that the target runs on"});
    }
    return *loop;
}

double measure_gmacs_once(const MultiplyLoop &loop) {
    const int64_t iterations = multiply_adds / loop.macs_per_iteration();
    const double seconds = time_undisturbed([&] { loop.run(iterations); });
    return static_cast<double>(iterations * loop.macs_per_iteration()) / seconds * 1e-9;
}

double measure_clock_once() {
    return static_cast<double>(clock_cycles) / time_undisturbed([] { run_dependent_adds(clock_cycles); }) * 1e-9;
}

} // namespace

bool can_measure(const std::string &operand_types, int vector_bytes) {
    const MultiplyLoop *loop = find_multiply_loop(operand_types.c_str(), vector_bytes);
    return loop && loop->supported();
}

double measure_gmacs_once(const ComputePeak &peak) {
    return measure_gmacs_once(loop_of(peak.operand_types, peak.vector_bytes));
}

ComputePeak measure_compute_peak(const std::string &operand_types, int vector_bytes, int rounds) {
    const MultiplyLoop &loop = loop_of(operand_types, vector_bytes);
    ComputePeak peak;
    peak.operand_types = operand_types;
    peak.vector_bytes = vector_bytes;
    peak.instruction = loop.instruction;
    peak.macs_per_instruction = loop.macs_per_instruction;
    measure_gmacs_once(loop); // wakes the wide units
    std::vector<double> seconds_per_gmac;
    for (int round = 0; round < rounds; ++round) {
        peak.clock_ghz = std::max(peak.clock_ghz, measure_clock_once());
        seconds_per_gmac.push_back(1 / measure_gmacs_once(loop));
    }
    const Spread spread = spread_of(seconds_per_gmac);
    peak.gmacs_max = 1 / spread.min;
    peak.gmacs_median = 1 / spread.median;
    return peak;
}

std::string describe(const ComputePeak &peak) {
    return fmt::format("{} {:.0f} GMAC/s at {:.2f} GHz: {:.1f} MACs, {:.2f} instructions per clock", peak.instruction,
                       peak.gmacs_max, peak.clock_ghz, peak.macs_per_cycle(), peak.instructions_per_cycle());
}

void check_compute_peak(const ComputePeak &peak, const TargetFacts &target) {
    const double nominal = target.macs_per_cycle.at(peak.operand_types);
    // Processors with fewer ports than the target's do a whole number of instructions in a cycle, busy ones do not.
    const double whole = std::round(peak.instructions_per_cycle());
    const bool is_whole =
        whole >= 1 && std::abs(peak.instructions_per_cycle() - whole) <= (1 - least_share_of_nominal) * whole;
    if (!is_whole && peak.macs_per_cycle() < least_share_of_nominal * nominal) {
        throw Error(Finding{"target " + target.name, "macs_per_cycle." + peak.operand_types,
                            fmt::format("{:.1f} measured with {} at {:.2f} GHz", peak.macs_per_cycle(),
                                        peak.instruction, peak.clock_ghz),
                            fmt::format("at least {:.1f} ({:.2f} of nominal {:g}); the machine may be busy",
                                        least_share_of_nominal * nominal, least_share_of_nominal, nominal)});
    }
}

ComputePeak require_compute_peak(const TargetFacts &target) {
    const std::string types = fastest_types(target);
    for (int attempt = 1;; ++attempt) {
        const ComputePeak peak = measure_compute_peak(types, target.vector_bytes);
        try {
            check_compute_peak(peak, target);
            return peak;
        } catch (const Error &) {
            if (attempt == attempts) {
                throw;
            }
        }
    }
}

} // namespace nibble
