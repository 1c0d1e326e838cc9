// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/dot_machine.h"

#include "schedules/x86/channel_requantise.h"

namespace nibble::x86 {

DotMachine dot_machine(const Attributes &kernel, const TargetFacts &target) {
    DotMachine machine = {};
    machine.instructions_per_cycle = target.vector_bytes == 64 ? 2 : 3; // 512-bit ones have two ports
    machine.loads_per_cycle = 2;
    machine.dot_latency = 5;
    machine.requantise_instructions = requantise_instructions(kernel, target);
    machine.tile_cycles = 0; // hidden behind the tiles before and after
    machine.source_by_element = false;
    const auto bits = kernel.find("wei_bits");
    machine.part_panels = bits != kernel.end() && bits->second == 4 && target.vector_bytes == 32; // two vectors each
    return machine;
}

} // namespace nibble::x86
