// SPDX-License-Identifier: Apache-2.0
#include "schedules/zero_term.h"

#include "schedules/flat.h"

namespace nibble {

using namespace Halide;

namespace {

/// Pixels beyond a row's last one are not read.
void vectorize_pixels(Stage stage, const Var &pixel, int lanes, bool masks) {
    if (masks) {
        stage.vectorize(pixel, lanes, TailStrategy::GuardWithIf);
    }
}

/// Vectors of a pixel's elements where these fill some, else vectors of pixels.
void sum_channels(Func pixel_sum, const RVar &channel, int channels, int vector_bytes, bool masks) {
    // A last vector with fewer elements would be summed one by one.
    const int lanes = unmasked_lanes(channels, vector_bytes, masks);
    if (lanes >= 8) {
        RVar vector("vector"), lane("lane");
        pixel_sum.update().split(channel, vector, lane, lanes).atomic().vectorize(lane);
    } else {
        vectorize_pixels(pixel_sum.update(), pixel_sum.args()[0], vector_bytes / 4, masks);
    }
}

} // namespace

void schedule_zero_term(Algorithm &algorithm, const LoopLevel &level, int channels, int vector_bytes) {
    if (algorithm.funcs.count("zero_term") == 0) {
        return;
    }
    Func pixel_sum = algorithm.func("pixel_sum");
    const auto compute = [&](Func sum) { return sum.compute_at(level).store_in(MemoryType::Heap); };
    const int words = vector_bytes / 4;
    for (const char *name : {"row_sum", "zero_term"}) {
        // A window of one row uses each row_sum once.
        const auto sum = algorithm.funcs.find(name);
        if (sum != algorithm.funcs.end() && (sum->first == "zero_term" || algorithm.at("kh") > 1)) {
            vectorize_pixels(compute(sum->second), sum->second.args()[0], words, algorithm.masks);
        }
    }
    compute(pixel_sum);
    sum_channels(pixel_sum, algorithm.domain("channels"), channels, vector_bytes, algorithm.masks);
}

} // namespace nibble
