// The roofs of the machine that this runs on, measured. They live in the user's cache, never in a target file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "autotune/roofline.h"
#include "compiler/target.h"

namespace nibble {

/// A measured peak below this share of the target's nominal macs_per_cycle is no roof to quote shares of.
constexpr double least_share_of_nominal = 0.95;

/// What one core multiplies and adds at best.
struct ComputePeak {
    std::string operand_types; ///< "u8s8"
    int vector_bytes = 0;      ///< of the vectors that it is measured with
    std::string instruction;   ///< "vpdpbusd zmm"
    int macs_per_instruction = 0;
    double clock_ghz = 0; ///< from a chain of dependent additions
    double gmacs_max = 0; ///< of the shortest round
    double gmacs_median = 0;

    double macs_per_cycle() const { return clock_ghz > 0 ? gmacs_max / clock_ghz : 0; }
    double instructions_per_cycle() const { return macs_per_cycle() / macs_per_instruction; }
};

/// "vpdpbusd zmm 322 GMAC/s at 2.61 GHz: 126.9 MACs, 1.98 instructions per clock".
std::string describe(const ComputePeak &peak);

/// True where this machine has a loop for the operand types and vectors.
bool can_measure(const std::string &operand_types, int vector_bytes);

/// One round of the peak's loop, about half a millisecond: GMAC/s. Call it between the samples of a bench.
double measure_gmacs_once(const ComputePeak &peak);

/// Interleaved rounds of clock and multiply-adds. Throws Error where this machine has no loop for the operand types and
/// vectors.
ComputePeak measure_compute_peak(const std::string &operand_types, int vector_bytes, int rounds = 25);

/// Throws Error, naming found and expected, where the peak is below least_share_of_nominal of the target's figure, and
/// not a whole number of instructions a cycle either, as of a processor with fewer ports.
void check_compute_peak(const ComputePeak &peak, const TargetFacts &target);

/// The compute peak of the target's fastest operand types, checked. A low peak is measured again a few times first:
/// machines are shared. Throws Error.
ComputePeak require_compute_peak(const TargetFacts &target);

/// The roofs of this machine at the target's memory levels: compute at the peak's median, memory from `cache_file`
/// where it has this CPU, else measured (about two seconds) and stored there. The file may be absent, foreign or
/// unwritable.
Roofs measured_roofs(const TargetFacts &target, const ComputePeak &peak, const std::filesystem::path &cache_folder);

/// Maker, family, model, stepping and name of this CPU: the key of peaks.json.
std::string cpu_model();

} // namespace nibble
