// SPDX-License-Identifier: Apache-2.0
#include "autotune/cost_bounds.h"

#include "autotune/peaks.h"
#include "bench/tile_bench.h"
#include "compiler/kernel_cache.h"
#include "model/error.h"

namespace nibble {
namespace {

std::optional<Roofs> roofs_of(const TargetFacts &target) {
    if (target.runner != "native") {
        return nominal_roofs(target);
    }
    const std::string types = fastest_types(target);
    if (types.empty() || !can_measure(types, target.vector_bytes)) {
        return std::nullopt;
    }
    try {
        return measured_roofs(target, require_compute_peak(target), KernelCache::default_folder());
    } catch (const Error &) { // a machine too busy to show its peak shows no bound either
        return std::nullopt;
    }
}

} // namespace

CostBounds::CostBounds(const TargetFacts &target)
    : roofs_(roofs_of(target)), per_second_(cost_unit(target) == "ns" ? 1e9 : target.clock_ghz * 1e9) {}

double CostBounds::of(const KernelWork &work) const {
    return roofs_ ? bound_of(work, *roofs_).seconds * per_second_ : 0;
}

} // namespace nibble
