// Fully connected layer of f32 rows by weights with group scales: a block for each row, which its first thread
// quantises; a thread for each output. SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

using namespace Halide;

void schedule_fully_connected_groups(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    const Var output = dst.args()[0], row = dst.args()[1];
    Var step("step"), thread("thread");
    dst.split(output, step, thread, tile.at("threads"), TailStrategy::GuardWithIf).reorder(step, thread);
    run_as_blocks(dst, algorithm, {row});
    run_as_threads(dst, algorithm, thread);
    for (const char *name : {"largests", "largest", "inverse", "row_scale", "staged", "row_sum"}) {
        algorithm.func(name).compute_at(dst, row);
    }
    Func sum = algorithm.func("sum");
    sum.compute_at(dst, step);
    algorithm.func("acc").compute_at(sum, algorithm.domain("groups"));
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
