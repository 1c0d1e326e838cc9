// A manifest as the report draws it: typed, with what every part of the page needs worked out once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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

/// One kernel of the manifest.
struct ReportLayer {
    int number = 0; ///< 1 for the first that runs
    std::string name, op, shapes, types, lowering, schedule, tile, requantize, memory_level, binding_text;
    Binding binding = Binding::compute;
    int64_t macs = 0, bytes = 0, scratch_bytes = 0, stack_bytes = 0, weight_bytes = 0;
    double intensity = 0;
    double bound_us = 0;
    double time_share = 0; ///< of the sum of all bounds
    std::optional<double> measured_us;

    /// GMAC/s at the bound.
    double bound_gmacs() const { return bound_us > 0 ? static_cast<double>(macs) / bound_us * 1e-3 : 0; }
    /// GMAC/s as measured; 0 where nothing was.
    double measured_gmacs() const { return measured_us ? static_cast<double>(macs) / *measured_us * 1e-3 : 0; }
};

/// The whole page's content.
struct ReportModel {
    std::string name, target, version;
    std::vector<std::string> inputs, outputs; ///< "name: shape dtype"
    std::vector<ReportLayer> layers;
    int64_t macs = 0, weight_bytes = 0, scratch_bytes = 0, stack_bytes = 0;
    double bound_us = 0;
    bool measured = false; ///< any layer

    const ReportLayer *first_to_look_at() const; ///< the layer with the largest bound, nullptr where there is none
};

/// Reads the keys that report.h lists. Throws nlohmann::json::exception.
ReportModel read_manifest(const nlohmann::json &manifest);

} // namespace nibble
