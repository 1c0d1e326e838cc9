// Operators whose outputs depend on no other output: a thread for each word of them.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

// threads: of a block.
std::vector<Tile> elements_tiles(const Attributes &, const TargetFacts &) {
    return {{{"threads", 64}}, {{"threads", 128}}, {{"threads", 256}}};
}

Tile elements_preferred(const Attributes &, const TargetFacts &) { return {{"threads", 256}}; }

void schedule_elements(Algorithm &algorithm, const Tile &tile) {
    const Halide::LoopLevel thread = schedule_words(algorithm.func("dst"), algorithm, tile.at("threads"));
    // Sums are the thread's own; what is no sum is computed where it is used.
    for (auto &[name, func] : algorithm.funcs) {
        if (name != "dst" && func.has_update_definition()) {
            func.compute_at(thread);
        }
    }
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
