// A layer with a memory: a thread for each place of the new state, then one for each output.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

// threads: of a block.
std::vector<Tile> svdf_tiles(const Attributes &kernel, const TargetFacts &target) {
    return elements_tiles(kernel, target);
}

Tile svdf_preferred(const Attributes &, const TargetFacts &) { return {{"threads", 64}}; }

void schedule_svdf(Algorithm &algorithm, const Tile &tile) {
    algorithm.func("sum").compute_at(schedule_words(algorithm.func("next"), algorithm, tile.at("threads")));
    algorithm.func("total").compute_at(schedule_words(algorithm.func("dst"), algorithm, tile.at("threads")));
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
