// Convolutions of s16 activations: a vector of channels at a time.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/generic/schedules.h"
#include "schedules/generic/wide_sums.h"

namespace nibble::generic {

std::vector<Tile> conv2d_s16_tiles(const Attributes &kernel, const TargetFacts &target) {
    return wide_sum_tiles(kernel.at("co"), target);
}

Tile conv2d_s16_preferred(const Attributes &kernel, const TargetFacts &target) {
    return conv2d_s16_tiles(kernel, target).back();
}

void schedule_conv2d_s16(Algorithm &algorithm, const Tile &tile) { schedule_wide_sums(algorithm, tile); }

} // namespace nibble::generic
