// Operators over rows: a block for each row, whose sums its first thread makes and all threads read.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

using namespace Halide;

// threads: of a block.
std::vector<Tile> rows_tiles(const Attributes &, const TargetFacts &) {
    return {{{"threads", 32}}, {{"threads", 128}}, {{"threads", 256}}};
}

Tile rows_preferred(const Attributes &, const TargetFacts &) { return {{"threads", 128}}; }

void schedule_rows(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    const LoopLevel row = schedule_row_blocks(dst, algorithm, tile.at("threads"));
    for (auto &[name, func] : algorithm.funcs) {
        if (name != "dst") {
            func.compute_at(row);
        }
    }
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
