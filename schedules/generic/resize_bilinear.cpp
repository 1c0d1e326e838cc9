// Bilinear resize: the channels of a pixel, vectors of as many as a register has lanes of 32 bits.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/copy_rows.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

namespace {

/// u8 is interpolated in f32. Where that has no vectors (HVX), Halide gets those of the s32 sums wrong, too.
int lanes(const TargetFacts &target, int most) { return target.lanes_of("f32", most); }

} // namespace

std::vector<Tile> resize_bilinear_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("c"), lanes(target, target.vector_bytes));
}

Tile resize_bilinear_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("c"), lanes(target, copied_lanes(32, target)), 2);
}

void schedule_resize_bilinear(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
}

} // namespace nibble::generic
