// What the schedules of family cuda share: every loop of a kernel becomes a grid of blocks of threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::cuda {

/// Makes loops a grid's blocks, innermost first, or a loop its threads. A target without a GPU keeps them as loops:
/// threads run in turn, which is right because what a block shares is computed before the loop that reads it.
void run_as_blocks(Halide::Stage, const Algorithm &, const std::vector<Halide::VarOrRVar> &loops);
void run_as_threads(Halide::Stage, const Algorithm &, const Halide::VarOrRVar &loop);
/// Neighbouring elements of `bits` bits that a thread has: whole words of 32 bits where rows of `extent` are whole
/// words, else one.
int word_elements(int64_t extent, int64_t bits);
/// The extent that the generator has declared for dimension `d` of an output.
int output_extent(Halide::Func output, int d);
/// One thread for each word of an output's rows, or for each element; blocks of `threads`. Returns the loop over
/// threads.
Halide::LoopLevel schedule_words(Halide::Func output, const Algorithm &, int threads);
/// A block for each row of output(element, row), whose loop is returned; a thread for every so many elements, which it
/// takes in loop "step".
Halide::LoopLevel schedule_row_blocks(Halide::Func output, const Algorithm &, int threads);
/// The passes that make a kernel's code the device's. Call last.
void add_device_passes(Algorithm &);

} // namespace nibble::cuda
