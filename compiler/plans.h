// Which kernels each function of a library calls, and where their arguments live.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/program.h"

extern "C" {
#include "runtime/plan.h"
}

namespace nibble {

/// One argument of a kernel call, before it is written as a nibble_plan_arg.
struct Argument {
    int space;
    int64_t index;
    int64_t offset;
    DType dtype;
};

struct Step {
    std::string kernel;
    std::vector<Argument> arguments;
    int64_t vtcm_offset = 0; ///< of the kernel's heap in VTCM
};

/// What becomes a nibble_plan.
struct Plan {
    std::vector<Step> steps;
    size_t inputs = 0;
    size_t outputs = 0;
    int64_t arena_bytes = 0;
    int64_t scratch_bytes = 0;
    int64_t vtcm_bytes = 0;
    bool constants = false;
    std::vector<int64_t> input_bytes; ///< of each input
    std::vector<int64_t> output_bytes;
};

/// <name>_run: every layer whose output does not already share its input's memory.
Plan model_plan(const Program &program);
/// <name>_<layer>: one kernel on the caller's buffers; a bare layer's packed weights are its last input.
Plan layer_plan(const Program &program, const CompiledLayer &layer);
/// One of the plans of <name>_<layer>_rows.
Plan rows_plan(const Program &program, const CompiledLayer &layer, const RowKernel &rows);
/// <name>_open of a library for a GPU: each kernel once.
Plan open_plan(const Program &program);
/// Bytes of a GPU's memory through which calls of <name>_run or of layers copy their tensors, if these are the host's.
int64_t staging_bytes(const Program &program);
/// Bytes of a GPU's memory that <name>_open allocates: constants, arena and staging.
int64_t device_bytes(const Program &program);

} // namespace nibble
