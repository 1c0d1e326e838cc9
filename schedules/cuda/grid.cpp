// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/grid.h"

#include <stdexcept>

#include "schedules/cuda/device_buffers.h"
#include "schedules/cuda/device_tables.h"
#include "schedules/cuda/rounded_products.h"
#include "schedules/cuda/thread_registers.h"
#include "schedules/expand_mul_q31.h"

namespace nibble::cuda {

using namespace Halide;

void run_as_blocks(Stage stage, const Algorithm &algorithm, const std::vector<VarOrRVar> &loops) {
    if (algorithm.grid_device == DeviceAPI::Host) {
        return;
    }
    switch (loops.size()) {
    case 1:
        stage.gpu_blocks(loops[0]);
        break;
    case 2:
        stage.gpu_blocks(loops[0], loops[1]);
        break;
    default:
        stage.gpu_blocks(loops[0], loops[1], loops[2]);
    }
}

void run_as_threads(Stage stage, const Algorithm &algorithm, const VarOrRVar &loop) {
    if (algorithm.grid_device != DeviceAPI::Host) {
        stage.gpu_threads(loop);
    } else {
        // As on the device. Halide parts these fused loops by bounds of their quotients and remainders that do not
        // hold.
        stage.never_partition(loop);
    }
}

int word_elements(int64_t extent, int64_t bits) {
    const auto elements = static_cast<int>(32 / bits);
    return elements > 1 && extent % elements == 0 ? elements : 1;
}

int output_extent(Func output, int d) {
    const auto extent = Internal::as_const_int(output.output_buffer().parameter().extent_constraint(d));
    if (!extent) {
        throw std::invalid_argument(output.name() + ": found no extent, expected one of every dimension");
    }
    return static_cast<int>(*extent);
}

LoopLevel schedule_words(Func output, const Algorithm &algorithm, int threads) {
    const std::vector<Var> args = output.args();
    Var word("word"), lane("lane"), place("place"), block("block"), thread("thread");
    const int lanes = word_elements(output_extent(output, 0), output.types()[0].bits());
    output.split(args[0], word, lane, lanes, TailStrategy::RoundUp).vectorize(lane);
    for (size_t d = 1; d < args.size(); d++) {
        output.fuse(word, args[d], word);
    }
    output.split(word, block, thread, threads, TailStrategy::GuardWithIf);
    run_as_blocks(output, algorithm, {block});
    run_as_threads(output, algorithm, thread);
    return {output, thread};
}

LoopLevel schedule_row_blocks(Func output, const Algorithm &algorithm, int threads) {
    const Var element = output.args()[0], row = output.args()[1];
    Var step("step"), thread("thread");
    output.split(element, step, thread, threads, TailStrategy::GuardWithIf).reorder(step, thread);
    run_as_blocks(output, algorithm, {row});
    run_as_threads(output, algorithm, thread);
    return {output, row};
}

void add_device_passes(Algorithm &algorithm) {
    for (const auto &pass :
         {expand_mul_q31_by_widening(), thread_registers(), rounded_products(), device_tables(), device_buffers()}) {
        algorithm.passes.push_back(pass);
    }
}

} // namespace nibble::cuda
