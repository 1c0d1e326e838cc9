// f32 to s8: vectors of f32, four a step, so that a step writes a whole vector of bytes.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

std::vector<Tile> quantize_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("elements"), target.lanes_of("f32", target.vector_bytes));
}

Tile quantize_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("elements"), target.lanes_of("f32", target.vector_bytes / 4), 4);
}

void schedule_quantize(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
}

} // namespace nibble::generic
