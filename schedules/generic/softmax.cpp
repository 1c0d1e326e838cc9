// Softmax: a row's largest value, total and scale before its elements; elements in vectors, the table's values one by
// one. SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

using namespace Halide;

std::vector<Tile> softmax_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("depth"), target.vector_bytes);
}

Tile softmax_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("depth"), target.vector_bytes / 4, 1);
}

void schedule_softmax(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    const Var element = dst.args()[0], row = dst.args()[1];
    schedule_flat(dst, element, tile);
    for (const char *name : {"largest", "total", "headroom", "scale"}) {
        algorithm.func(name).compute_at(dst, row);
    }
    algorithm.passes.push_back(expand_mul_q31_by_widening());
}

} // namespace nibble::generic
