// Transposed 2-D convolution: a thread for each word of outputs, dp4a from memory.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

using namespace Halide;

// threads: of a block.
std::vector<Tile> transpose_conv2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    return elements_tiles(kernel, target);
}

Tile transpose_conv2d_preferred(const Attributes &, const TargetFacts &) { return {{"threads", 128}}; }

void schedule_transpose_conv2d(Algorithm &algorithm, const Tile &tile) {
    Func acc = algorithm.func("acc");
    const LoopLevel thread = schedule_words(algorithm.func("interleaved"), algorithm, tile.at("threads"));
    RVar k("k"), products("products");
    acc.compute_at(thread).unroll(Var("c"));
    acc.update()
        .split(algorithm.domain("r").x, k, products, 4)
        .reorder(products, Var("c"), k)
        .atomic()
        .vectorize(products)
        .unroll(Var("c"));
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
