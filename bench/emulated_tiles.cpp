// SPDX-License-Identifier: Apache-2.0
#include "bench/emulated_tiles.h"

#include "bench/call_counter.h"
#include "bench/emulated_library.h"
#include "model/error.h"

namespace nibble {
namespace {

/// The library as run_model would find it, of bare layers.
Artifact artifact_of(const TileProgram &tiles) {
    const Program &program = tiles.program;
    Artifact artifact;
    artifact.name = program.name;
    artifact.target = program.target.name;
    artifact.runner = program.target.runner;
    artifact.archive = tiles.archive;
    artifact.has_run = false;
    artifact.scratch_bytes = static_cast<size_t>(program.scratch_bytes());
    artifact.vtcm_bytes = static_cast<size_t>(program.vtcm_bytes());
    for (const CompiledLayer &layer : program.layers) {
        artifact.layers.push_back({layer.layer.name, layer.layer.op, program.name + "_" + layer.function, {}, {}, {}});
    }
    return artifact;
}

LayerCall call_of(const std::string &function, LayerData &data) {
    LayerCall call = {function, {}, {}};
    for (const GuardedBuffer &source : data.src()) {
        call.inputs.push_back(&source);
    }
    if (!data.packed().empty()) {
        call.inputs.push_back(&data.packed().front());
    }
    for (GuardedBuffer &destination : data.dst()) {
        call.outputs.push_back(&destination);
    }
    return call;
}

} // namespace

void count_tiles(const TileProgram &tiles, const std::shared_ptr<LayerData> &data, const Tools &tools,
                 const std::vector<TileCost *> &results) {
    const Artifact artifact = artifact_of(tiles);
    const TargetFacts &target = tiles.program.target;
    const auto guest = std::make_shared<GuestProgram>(artifact, tools.ld_lld);
    EmulatedLibrary library(guest);
    const bool in_packets = cost_unit(target) == "packets";
    const CallCounter counter(guest, tools);
    for (size_t i = 0; i < artifact.layers.size(); ++i) {
        const LayerCall call = call_of(artifact.layers[i].function, *data);
        library.call(call.function, call.inputs, call.outputs);
        results[i]->problem = data->problem();
        if (results[i]->problem.empty()) {
            results[i]->cost = in_packets
                                   ? static_cast<double>(library.counters().packets)
                                   : counter.cycles(counter.blocks(call), target, target.modelled_processors.front());
        }
    }
}

} // namespace nibble
