// SPDX-License-Identifier: Apache-2.0
#include "schedules/generic/rows.h"

#include "schedules/expand_mul_q31.h"
#include "schedules/flat.h"

namespace nibble::generic {

using namespace Halide;

std::vector<Tile> row_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("depth"), target.vector_bytes);
}

Tile row_tile(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("depth"), target.vector_bytes / 4, 1);
}

void schedule_rows(Algorithm &algorithm, const std::vector<const char *> &once_a_row, const Tile &tile) {
    Func dst = algorithm.func("dst");
    const Var element = dst.args()[0], row = dst.args()[1];
    schedule_flat(dst, element, tile);
    for (const char *name : once_a_row) {
        algorithm.func(name).compute_at(dst, row);
    }
    algorithm.passes.push_back(expand_mul_q31(algorithm));
}

} // namespace nibble::generic
