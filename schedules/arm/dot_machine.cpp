// SPDX-License-Identifier: Apache-2.0
#include "schedules/arm/dot_machine.h"

#include "generators/requantise_kind.h"
#include "schedules/expand_either.h"
#include "schedules/expand_mul_q31.h"
#include "schedules/saturated.h"
#include "schedules/staging.h"

namespace nibble::arm {

namespace {

struct Requantise {
    double instructions; ///< of a vector of outputs
    int64_t constants;   ///< of a vector of channels, in registers
};

Requantise requantise_of(const Attributes &kernel) {
    if (!uses_s16(kernel.at("requantise"))) {
        // sqrdmulh, the rounding, ssra for the sign, neg and sshl for the shift, and of the packing one and a half.
        // Multiplier, shift, and what is added for the rounding.
        return {6.5, 3};
    }
    // sqrdmulh and sqshrn, and of 16 outputs two srshl, two sqadd and two sqxtn; multiplier, and a shift for two
    // vectors. With the sign ssra, before which an accumulator stays in a register beside its product.
    return kernel.at("sign_matters") == sign_never ? Requantise{3.5, 2} : Requantise{4.5, 3};
}

} // namespace

DotMachine dot_machine(const Attributes &kernel) {
    DotMachine machine = {};
    machine.instructions_per_cycle = 2;
    machine.halves_per_cycle = 1; // smull has every other pipe, sadalp the rest
    // A core of four products a cycle has three loads, and shares its width with both.
    machine.weight_load_cycles = machine.source_load_cycles = 1 / 1.2;
    machine.dot_latency = 4;
    const Requantise requantise = requantise_of(kernel);
    machine.requantise_instructions = requantise.instructions;
    machine.requantise_constants = requantise.constants;
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
