// f32 rows to s8: a thread for each row's scale, then a block for each row, whose first thread finds its peak again.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

using namespace Halide;

void schedule_quantize_rows(Algorithm &algorithm, const Tile &tile) {
    Func scale = algorithm.func("row_scale"), dst = algorithm.func("dst");
    const LoopLevel of_scale = schedule_words(scale, algorithm, tile.at("threads"));
    Func peak = algorithm.func("peak").clone_in(scale);
    peak.compute_at(of_scale);
    algorithm.func("peak_lanes").clone_in(peak).compute_at(of_scale);
    const LoopLevel row = schedule_row_blocks(dst, algorithm, tile.at("threads"));
    for (const char *name : {"peak_lanes", "peak", "inverse"}) {
        algorithm.func(name).compute_at(row);
    }
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
