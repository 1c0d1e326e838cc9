// SPDX-License-Identifier: Apache-2.0
#include "schedules/interleave_phases.h"

#include "schedules/flat.h"

namespace nibble {

using namespace Halide;

int64_t phase_columns(const Attributes &kernel) {
    const int64_t stride = kernel.at("stride_w"), first = kernel.at("pad_left");
    return (first + kernel.at("ow") - 1) / stride - first / stride + 1;
}

void schedule_interleaving(Algorithm &algorithm, int vector_bytes) {
    Func interleaved = algorithm.func("interleaved");
    const int width = vector_widths(std::min(algorithm.at("co"), vector_bytes)).back();
    interleaved.vectorize(Var("c"), width, TailStrategy::ShiftInwards);
    algorithm.func("dst").compute_at(interleaved, Var("y")).store_in(MemoryType::Heap);
}

} // namespace nibble
