// The Halide side of a schedule file: directives on an algorithm's named Funcs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <Halide.h>

#include "compiler/layer.h"
#include "schedules/schedule.h"

namespace nibble {

/// An algorithm as its schedule sees it: Funcs and reduction domains by the names that its generator documents.
struct Algorithm {
    std::map<std::string, Halide::Func> funcs;
    std::map<std::string, Halide::RDom> domains;
    Attributes parameters; ///< the kernel's parameters
    std::string lowering;
    int vector_bytes = 0;     ///< of the target's vectors
    bool s64_lanes = false;   ///< the target has vectors of 64-bit lanes
    bool masks = false;       ///< vectors can be loaded and stored in part
    int buffer_alignment = 1; ///< bytes at whose multiples callers' buffers begin
    /// What runs grids of blocks and threads: Host where the target has no GPU.
    Halide::DeviceAPI grid_device = Halide::DeviceAPI::Host;
    /// Rewrites of the lowered IR that the schedule asks for, applied in order.
    std::vector<std::shared_ptr<Halide::Internal::IRMutator>> passes;

    Halide::Func &func(const std::string &name) { return funcs.at(name); }
    Halide::RDom &domain(const std::string &name) { return domains.at(name); }
    int at(const std::string &name) const { return static_cast<int>(parameters.at(name)); }
};

/// The pieces that a staged source is filled in, in the order of their updates; an algorithm has those that it needs.
inline constexpr std::array<const char *, 3> staged_pieces = {"pad_left", "source", "pad_right"};

using ApplySchedule = void (*)(Algorithm &, const Tile &);

/// One schedule: `family` schedules `op` in the form `lowering`.
struct ScheduleRow {
    std::string op;
    std::string lowering;
    std::string family;
    TileSpace space;
    ApplySchedule apply;
};

/// All schedules, sorted by operator, lowering and family.
const std::vector<ScheduleRow> &schedule_table();
/// The row, or nullptr.
const ScheduleRow *find_schedule(const std::string &op, const std::string &lowering, const std::string &family);

} // namespace nibble
