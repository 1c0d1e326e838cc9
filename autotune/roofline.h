// The roofline model: the least time that a kernel can take on a machine, and which of its resources says so.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "compiler/layer.h"
#include "compiler/target.h"

namespace nibble {

/// What one call of a kernel has to do, whatever its schedule.
struct KernelWork {
    int64_t macs = 0;          ///< nominal: padding not counted out
    std::string operand_types; ///< of the multiply-adds: a key of TargetFacts::macs_per_cycle such as "u8s8"
    int64_t src_bytes = 0;
    int64_t dst_bytes = 0;
    int64_t weight_bytes = 0; ///< packed: weights, biases, multipliers
    int64_t requantized = 0;  ///< outputs that go from s32 to a narrower type
    int64_t staged_bytes = 0; ///< of those above, the operands that go from memory off the chip through VTCM
    int64_t vtcm_bytes = 0;   ///< what the schedule copies into VTCM for that: as often as its loops do

    /// Compulsory traffic: each byte is moved once.
    int64_t bytes() const { return src_bytes + dst_bytes + weight_bytes; }
};

/// The work of a layer of `macs` multiply-adds whose packed constants take `weight_bytes`, none of them staged. A layer
/// that rounds requantises every output.
KernelWork work_of(const Layer &layer, int64_t macs, const std::string &operand_types, int64_t weight_bytes);

/// One level of memory and what one core reads from it.
struct MemoryRoof {
    std::string name;
    int64_t bytes = 0; ///< size, 0: no limit
    double gbytes_per_second = 0;
};

/// A machine's ceilings in absolute units, nominal (from a target file) or measured (autotune/peaks.h).
struct Roofs {
    double clock_ghz = 0;
    std::map<std::string, double> gmacs_per_second; ///< by operand types
    double gvectors_per_second = 0;                 ///< vector instructions issued, in thousand millions
    int vector_bytes = 0;
    std::vector<MemoryRoof> memory; ///< nearest first

    double peak_gmacs() const; ///< of the fastest operand types, a second; 0 where none are known
};

/// The ceilings of a target file at its nominal clock.
///
/// The rate of vector instructions follows from the fastest multiply-add: macs_per_cycle divided by the products of one
/// instruction, which are vector_bytes over the operand's width (u8s8 on 64-byte vectors: 128 / 64 = 2 a cycle).
Roofs nominal_roofs(const TargetFacts &target);

/// The pair of operand types that the target multiplies fastest with weights of so many bits (unpacked or not); ""
/// where the target lists none. A kernel's lowering may use a slower pair; the bound then stays a bound.
std::string fastest_types(const TargetFacts &target, int64_t weight_bits = 8);

/// The least time of a kernel, and why.
struct Bound {
    double seconds = 0;
    std::string binding;           ///< "u8s8 MACs", "requantise", "L2 read"
    double compute_seconds = 0;    ///< multiply-adds at their peak
    double requantize_seconds = 0; ///< narrowing the outputs, on the same vector ports as the multiply-adds
    double memory_seconds = 0;     ///< compulsory traffic at the level's read bandwidth
    std::string memory_level;      ///< the level that the traffic comes from
};

/// The bound of one call.
///
///   seconds = max(compute + requantise, memory)
///
/// Memory: the first form counts compulsory traffic (source, destination, packed weights: each byte once) and places it
/// at the nearest level that holds all of it, as in a network whose layers run one after the other. Writes are charged
/// as reads. Operands that are staged in VTCM come from the last level instead, as often as the schedule fills it,
/// while what remains is placed as before; the two times add. Requantise: four vector instructions for each vector of
/// s32 sums (convert, multiply, convert, pack), the cheapest form that is known; they issue where the multiply-adds do,
/// so the two times add. Throws std::out_of_range where the roofs do not list the operand types.
Bound bound_of(const KernelWork &work, const Roofs &roofs);

/// Multiply-adds per byte of compulsory traffic.
double arithmetic_intensity(const KernelWork &work);

/// bound / measured, 1 at the roof; 0 where nothing was measured.
double roofline_share(const Bound &bound, double measured_seconds);

/// The manifest's words for a kernel's place under the nominal roofs (report.h has their meaning): "macs",
/// "operand_types", "bytes", "requantized", "memory", "intensity", "bound_us", "binding" and "measured" (null). Merge
/// it with json::update.
nlohmann::json roofline_entry(const KernelWork &work, const TargetFacts &target);

/// The work that roofline_entry was made from. Throws nlohmann::json::exception where the entry lacks a key.
KernelWork work_of_entry(const nlohmann::json &entry);

} // namespace nibble
