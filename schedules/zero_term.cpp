// SPDX-License-Identifier: Apache-2.0
#include "schedules/zero_term.h"

namespace nibble {

using namespace Halide;

void schedule_zero_term(Algorithm &algorithm, const LoopLevel &level, int channels, int vector_bytes) {
    if (algorithm.funcs.count("zero_term") == 0) {
        return;
    }
    Func pixel_sum = algorithm.func("pixel_sum"), zero_term = algorithm.func("zero_term");
    pixel_sum.compute_at(level).store_in(MemoryType::Heap);
    zero_term.compute_at(level).store_in(MemoryType::Heap);
    // A last vector with fewer elements would be summed one by one.
    int lanes = vector_bytes;
    while (channels % lanes != 0) {
        lanes /= 2;
    }
    if (lanes >= 8) {
        RVar vector("vector"), lane("lane");
        pixel_sum.update().split(algorithm.domain("channels"), vector, lane, lanes).atomic().vectorize(lane);
    }
}

} // namespace nibble
