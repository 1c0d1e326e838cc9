// The range of all values by one thread, each of its two uses its own; then a thread for each word of results.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

void schedule_dynamic_quantize(Algorithm &algorithm, const Tile &tile) {
    Halide::Func range = algorithm.func("range"), scale = algorithm.func("scale"), zero = algorithm.func("zero");
    range.clone_in(zero).compute_at(schedule_words(zero, algorithm, 1));
    range.compute_at(schedule_words(scale, algorithm, 1));
    schedule_words(algorithm.func("dst"), algorithm, tile.at("threads"));
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
