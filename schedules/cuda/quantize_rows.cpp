// f32 rows to s8: a thread for each row's scale, then one for each word of values.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

using namespace Halide;

// threads: of a block.
std::vector<Tile> quantize_rows_tiles(const Attributes &kernel, const TargetFacts &target) {
    return elements_tiles(kernel, target);
}

Tile quantize_rows_preferred(const Attributes &, const TargetFacts &) { return {{"threads", 64}}; }

void schedule_quantize_rows(Algorithm &algorithm, const Tile &tile) {
    const LoopLevel row = schedule_words(algorithm.func("row_scale"), algorithm, tile.at("threads"));
    algorithm.func("peak").compute_at(row);
    algorithm.func("peak_lanes").compute_at(row);
    schedule_words(algorithm.func("dst"), algorithm, tile.at("threads"));
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
