// Fully connected layer of groups: a block for each row, which its first thread quantises; a thread for each output.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

using namespace Halide;

void schedule_fully_connected_groups(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    const LoopLevel row = schedule_row_blocks(dst, algorithm, tile.at("threads"));
    for (const char *name : {"peak_lanes", "peak", "row_scale", "inverse", "staged", "sum_lanes", "row_sum"}) {
        if (algorithm.funcs.count(name) != 0) { // only f32 rows are scaled, only some weights need sums
            algorithm.func(name).compute_at(row);
        }
    }
    Func sum = algorithm.func("sum");
    sum.compute_at(dst, Var("step"));
    algorithm.func("dots").compute_at(sum, algorithm.domain("group"));
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
