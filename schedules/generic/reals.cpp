// Elementwise operators that compute in f32 whatever they read and write: vectors of f32, else one by one.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {
namespace {

/// Elements of the output's innermost dimension, pairs of 4 bits counted as one.
int64_t innermost(const Attributes &kernel) {
    for (const char *name : {"d3", "n", "elements"}) {
        if (kernel.count(name) != 0) {
            return kernel.at(name);
        }
    }
    const int64_t elements = kernel.at("outer") * kernel.at("channels") * kernel.at("inner");
    const auto bits = kernel.find("dst_bits");
    return bits != kernel.end() && bits->second == 4 ? (elements + 1) / 2 : elements;
}

} // namespace

std::vector<Tile> reals_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(innermost(kernel), target.lanes_of("f32", target.vector_bytes));
}

Tile reals_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(innermost(kernel), target.lanes_of("f32", target.vector_bytes / 4), 2);
}

void schedule_reals(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
}

void schedule_dynamic_quantize(Algorithm &algorithm, const Tile &tile) {
    algorithm.func("range").compute_root();
    algorithm.func("scale").compute_root();
    algorithm.func("zero").compute_root();
    schedule_reals(algorithm, tile);
}

} // namespace nibble::generic
