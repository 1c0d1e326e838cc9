// SPDX-License-Identifier: Apache-2.0
#include "autotune/machine_roofs.h"

#include <algorithm>

#include "autotune/peaks.h"
#include "compiler/kernel_cache.h"
#include "model/error.h"

namespace nibble {

std::optional<Roofs> machine_roofs(const TargetFacts &target) {
    if (target.runner != "native") {
        return nominal_roofs(target);
    }
    const std::string types = fastest_types(target);
    if (types.empty() || !can_measure(types, target.vector_bytes)) {
        return std::nullopt;
    }
    try {
        return measured_roofs(target, require_compute_peak(target), KernelCache::default_folder());
    } catch (const Error &) {
        return std::nullopt;
    }
}

TargetFacts facts_under(const Roofs &roofs, TargetFacts target) {
    target.clock_ghz = roofs.clock_ghz;
    for (auto &[types, macs] : target.macs_per_cycle) {
        macs = roofs.gmacs_per_second.at(types) / roofs.clock_ghz;
    }
    for (MemoryLevel &level : target.memory) {
        const auto same = [&](const MemoryRoof &roof) { return roof.name == level.name; };
        const auto roof = std::find_if(roofs.memory.begin(), roofs.memory.end(), same);
        if (roof != roofs.memory.end()) {
            level.bytes_per_cycle = roof->gbytes_per_second / roofs.clock_ghz;
        }
    }
    return target;
}

} // namespace nibble
