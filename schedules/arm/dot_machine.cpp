// SPDX-License-Identifier: Apache-2.0
#include "schedules/arm/dot_machine.h"

#include "schedules/expand_either.h"
#include "schedules/expand_mul_q31.h"

namespace nibble::arm {

DotMachine dot_machine() {
    DotMachine machine = {};
    machine.instructions_per_cycle = 2;
    machine.loads_per_cycle = 2;
    machine.dot_latency = 4;
    // sqrdmulh, the rounding, ssra for the sign, neg and sshl for the shift, and of the packing one and a half.
    machine.requantise_instructions = 6.5;
    machine.tile_cycles = 12; // accumulators are moved, and the first loads waited for
    machine.source_by_element = true;
    return machine;
}

void expand_requantise(Algorithm &algorithm) {
    algorithm.passes.push_back(expand_either());
    algorithm.passes.push_back(expand_mul_q31_by_rounding_high());
}

} // namespace nibble::arm
