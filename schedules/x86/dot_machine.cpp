// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/dot_machine.h"

#include "schedules/x86/channel_requantise.h"

namespace nibble::x86 {

double vectors_per_cycle(const TargetFacts &target) {
    constexpr double avx2_ports = 3;
    const auto rate = target.macs_per_cycle.find("u8s8");
    return target.vector_bytes == 64 && rate != target.macs_per_cycle.end() ? rate->second / target.vector_bytes
                                                                            : avx2_ports;
}

DotMachine dot_machine(const Attributes &kernel, const TargetFacts &target) {
    DotMachine machine = {};
    const double rate = vectors_per_cycle(target);
    machine.instructions_per_cycle = rate;
    if (target.vector_bytes == 64) {
        // Fitted to some sixty random tiles of each layer of tests/data/layers.csv on Zen 4, which has one 512-bit
        // operation a cycle (docs/tuning.md); those with two are taken to do the rest in half the time, too.
        machine.weight_load_cycles = 1 / rate;
        machine.source_load_cycles = 0.8 / rate;
        machine.dot_latency = 4;
        machine.window = 300;
        machine.strip_cycles = 10 / rate;
        machine.staging_cycles = 8 / rate;
        machine.far_staging_cycles = 2 / rate;
    } else {
        machine.weight_load_cycles = machine.source_load_cycles = 0.5; // two a cycle
        machine.dot_latency = 5;
        machine.strip_cycles = 50;
        machine.staging_cycles = 1.5;
    }
    // And a sum's start with its bias, and its store.
    machine.requantise_instructions = requantise_instructions(kernel, target) + 2;
    machine.tile_cycles = 0; // hidden behind the tiles before and after
    machine.source_by_element = false;
    const auto bits = kernel.find("wei_bits");
    machine.part_panels = bits != kernel.end() && bits->second == 4 && target.vector_bytes == 32; // two vectors each
    return machine;
}

} // namespace nibble::x86
