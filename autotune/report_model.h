// A manifest as the report draws it: typed, with what every part of the page needs worked out once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "autotune/roofline.h"

namespace nibble {

/// Which kind of resource binds a layer: what its point looks like.
enum class Binding { compute, requantize, memory };

/// "compute", "requantise", "memory"; also the CSS class.
const char *to_string(Binding);

/// A tile that a search measured.
struct ReportTile {
    std::map<std::string, std::string> tile; ///< parameter -> value
    double cost = 0;                         ///< of one call
    double predicted = 0;                    ///< 0: it was not
};

/// What the record of a layer's tile kept of its search.
struct ReportSearch {
    std::vector<ReportTile> tried; ///< the schedule's own tile first; empty where nothing was kept
    std::string unit;              ///< of the costs
    size_t chosen = 0;             ///< index of the layer's tile

    const ReportTile &own() const { return tried.front(); }
    const ReportTile &winner() const { return tried[chosen]; }
    bool predicted() const; ///< any
};

/// One kernel of the manifest.
struct ReportLayer {
    int number = 0; ///< 1 for the first that runs
    std::string name, op, shapes, types, lowering, schedule, tile, requantize, memory_level, binding_text;
    std::string
        listing; ///< page with the kernel's assembly and lowered statements, relative to the report; may be empty
    Binding binding = Binding::compute;
    int64_t macs = 0, bytes = 0, scratch_bytes = 0, vtcm_bytes = 0, vtcm_offset = 0, stack_bytes = 0, weight_bytes = 0;
    int64_t vtcm_filled_bytes = 0; ///< copied into VTCM in a call
    int64_t off_chip_bytes = 0;    ///< between memory and the caches
    int64_t saved_bytes = 0;       ///< what it would be on top without staging
    std::string staging;           ///< what it has in VTCM; may be empty
    double intensity = 0;
    double bound_us = 0;
    double time_share = 0;                        ///< of the sum of all bounds
    int64_t cheap_channels = 0, q31_channels = 0; ///< of a requantisation that is chosen by channel
    bool in_place = false;
    std::string tile_origin;
    std::map<std::string, std::string> tile_parameters;
    std::optional<double> measured_cost, measured_us; ///< of the record, in its unit; and where that is a time
    std::string cost_unit;
    ReportSearch search;

    /// What a perfect schedule would save; 0 where nothing was measured.
    double above_bound_us() const { return measured_us ? *measured_us - bound_us : 0; }
    /// GMAC/s at the bound.
    double bound_gmacs() const { return bound_us > 0 ? static_cast<double>(macs) / bound_us * 1e-3 : 0; }
    /// GMAC/s as measured; 0 where nothing was.
    double measured_gmacs() const { return measured_us ? static_cast<double>(macs) / *measured_us * 1e-3 : 0; }
};

/// Tensors that share a piece of the arena, from the layer that writes it first to the last that reads it.
struct ReportBlock {
    std::string tensors; ///< names, joined
    int64_t offset = 0, bytes = 0;
    int first = 0, last = 0; ///< positions in ReportModel::layers
};

/// The whole page's content.
struct ReportModel {
    std::string name, target, version;
    std::vector<std::string> inputs, outputs; ///< "name: shape dtype"
    std::vector<ReportLayer> layers;
    std::vector<ReportBlock> arena; ///< empty for bare layers
    std::vector<ReportBlock> vtcm;  ///< activations there
    int64_t macs = 0, weight_bytes = 0, scratch_bytes = 0, vtcm_bytes = 0, stack_bytes = 0, arena_bytes = 0,
            largest_live_bytes = 0, vtcm_arena_bytes = 0, off_chip_bytes = 0;
    int64_t saved_bytes = 0; ///< off the chip, by what lies in VTCM and what kernels stage there
    double bound_us = 0;
    bool measured = false; ///< any layer

    /// At most `count` layers, most first: by the time above their bound where layers were measured, else by their
    /// bound.
    std::vector<const ReportLayer *> first_to_look_at(size_t count) const;
};

/// Reads the keys that report.h lists. Throws nlohmann::json::exception.
ReportModel read_manifest(const nlohmann::json &manifest);

} // namespace nibble
