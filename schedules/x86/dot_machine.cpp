// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/dot_machine.h"

#include "schedules/x86/channel_requantise.h"

namespace nibble::x86 {

DotMachine dot_machine(const Attributes &kernel, const TargetFacts &target) {
    DotMachine machine = {};
    machine.instructions_per_cycle = target.vector_bytes == 64 ? 2 : 3; // 512-bit ones have two ports
    // The following were fitted to some sixty random tiles of each layer of tests/data/layers.csv on Zen 5
    // (docs/tuning.md).
    machine.weight_load_cycles = 0.5;
    machine.source_load_cycles = 0.4;
    machine.dot_latency = 2;
    machine.window = 300;
    machine.strip_cycles = 5;
    machine.staging_cycles = 4;
    machine.far_staging_cycles = 1;
    // And a sum's start with its bias, and its store.
    machine.requantise_instructions = requantise_instructions(kernel, target) + 2;
    machine.tile_cycles = 0; // hidden behind the tiles before and after
    machine.source_by_element = false;
    const auto bits = kernel.find("wei_bits");
    machine.part_panels = bits != kernel.end() && bits->second == 4 && target.vector_bytes == 32; // two vectors each
    return machine;
}

} // namespace nibble::x86
