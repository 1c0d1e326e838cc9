// SPDX-License-Identifier: Apache-2.0
#include "schedules/arm/dot_machine.h"

#include "schedules/expand_either.h"
#include "schedules/expand_mul_q31.h"
#include "schedules/saturated.h"
#include "schedules/staging.h"

namespace nibble::arm {

DotMachine dot_machine() {
    DotMachine machine = {};
    machine.instructions_per_cycle = 2;
    machine.halves_per_cycle = 1; // smull has every other pipe, sadalp the rest
    // A core of four products a cycle has three loads, and shares its width with both.
    machine.weight_load_cycles = machine.source_load_cycles = 1 / 1.2;
    machine.dot_latency = 4;
    // sqrdmulh, the rounding, ssra for the sign, neg and sshl for the shift, and of the packing one and a half.
    machine.requantise_instructions = 6.5;
    machine.requantise_constants = 3; // multiplier, shift, and what is added for the rounding
    machine.strip_cycles = 50;
    machine.staging_cycles = 1.5;
    machine.tile_cycles = 12;    // accumulators are moved, and the first loads waited for
    machine.unpack_cycles = 0.5; // shl and and, for two steps
    machine.source_by_element = true;
    machine.part_panels = true; // a panel is four vectors
    return machine;
}

void stage_padded(Halide::Func staged, Algorithm &algorithm, const Halide::LoopLevel &level) {
    if (staged.has_update_definition()) {
        stage(staged, algorithm, level, algorithm.vector_bytes);
    }
}

void expand_requantise(Algorithm &algorithm) {
    algorithm.passes.push_back(expand_either());
    algorithm.passes.push_back(expand_mul_q31_by_rounding_high());
    algorithm.passes.push_back(narrow_saturated());
}

} // namespace nibble::arm
