// Outputs that are put together from pieces: a grid for each, a thread for each element.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

using namespace Halide;

// threads: of a block.
std::vector<Tile> pieces_tiles(const Attributes &kernel, const TargetFacts &target) {
    return elements_tiles(kernel, target);
}

Tile pieces_preferred(const Attributes &kernel, const TargetFacts &target) {
    return elements_preferred(kernel, target);
}

// Pieces are copies: each element has one writer.
void schedule_concat(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    const Var row = dst.args()[1];
    RVar step("step"), thread("thread");
    for (int s = 0; s < algorithm.at("sources"); s++) {
        Stage piece = dst.update(s);
        piece.allow_race_conditions().split(algorithm.domain("source" + std::to_string(s)).x, step, thread,
                                            tile.at("threads"), TailStrategy::GuardWithIf);
        run_as_blocks(piece, algorithm, {step, row});
        run_as_threads(piece, algorithm, thread);
    }
    add_device_passes(algorithm);
}

void schedule_pad(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    const RDom source = algorithm.domain("source");
    RVar place("place"), block("block"), thread("thread");
    schedule_words(dst, algorithm, tile.at("threads"));
    Stage copy = dst.update();
    copy.allow_race_conditions()
        .fuse(source.x, source.y, place)
        .fuse(place, source.z, place)
        .fuse(place, source.w, place)
        .split(place, block, thread, tile.at("threads"), TailStrategy::GuardWithIf);
    run_as_blocks(copy, algorithm, {block});
    run_as_threads(copy, algorithm, thread);
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
