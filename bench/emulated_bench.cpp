// SPDX-License-Identifier: Apache-2.0
#include "bench/emulated_bench.h"

#include <algorithm>

#include <fmt/format.h>

#include "autotune/html.h"
#include "bench/call_counter.h"

namespace nibble {
namespace {

double macs_per_cycle(const LayerCounts &layer, const std::string &processor) {
    return static_cast<double>(layer.layer->work.macs) / layer.cycles.at(processor);
}

double macs_per_packet(const LayerCounts &layer) {
    return static_cast<double>(layer.layer->work.macs) / static_cast<double>(layer.packets);
}

/// The most products of a packet, of any types.
double peak(const TargetFacts &target) {
    double most = 0;
    for (const auto &[types, macs] : target.macs_per_cycle) {
        most = std::max(most, macs);
    }
    return most;
}

/// Reads the counters of each layer's call.
std::vector<LayerCounts> count_packets(EmulatedLibrary &library, const ModelRunner &runner) {
    std::vector<LayerCounts> result;
    const std::vector<ArtifactLayer> &layers = library.program()->artifact().layers;
    for (size_t i = 0; i < layers.size(); ++i) {
        const LayerCall &call = runner.layer_calls()[i];
        library.call(call.function, call.inputs, call.outputs);
        result.push_back({&layers[i], library.counters().instructions, library.counters().packets, {}});
    }
    return result;
}

std::vector<LayerCounts> count_blocks(const EmulatedLibrary &library, const ModelRunner &runner,
                                      const TargetFacts &target) {
    const Tools tools = read_tools();
    const CallCounter counter(library.program(), tools);
    const std::vector<ArtifactLayer> &layers = library.program()->artifact().layers;
    std::vector<LayerCounts> result;
    for (size_t i = 0; i < layers.size(); ++i) {
        const std::vector<CodeBlock> blocks = counter.blocks(runner.layer_calls()[i]);
        LayerCounts counts{&layers[i], instructions_of(blocks), 0, {}};
        for (const std::string &processor : target.modelled_processors) {
            counts.cycles[processor] = counter.cycles(blocks, target, processor);
        }
        result.push_back(std::move(counts));
    }
    return result;
}

/// The columns beside a layer's name, products and instructions: of packets, or of each modelled processor.
std::string heads(const TargetFacts &target) {
    if (target.modelled_processors.empty()) {
        return fmt::format("  {:>12}  {:>8}  {:>13}", "packets", "MACs/pkt", "share of peak");
    }
    std::string text;
    for (const std::string &processor : target.modelled_processors) {
        text += fmt::format("  {:>11}  {:>8}", processor, "MACs/cyc");
    }
    return text;
}

std::string figures(const LayerCounts &counts, const TargetFacts &target) {
    const bool multiplies = counts.layer->work.macs > 0;
    if (target.modelled_processors.empty()) {
        return multiplies ? fmt::format("  {:>12}  {:>8.1f}  {:>13.3f}", counts.packets, macs_per_packet(counts),
                                        macs_per_packet(counts) / peak(target))
                          : fmt::format("  {:>12}  {:>8}  {:>13}", counts.packets, "-", "-");
    }
    std::string text;
    for (const std::string &processor : target.modelled_processors) {
        text += fmt::format("  {:>11.0f}  {:>8}", counts.cycles.at(processor),
                            multiplies ? fmt::format("{:.1f}", macs_per_cycle(counts, processor)) : "-");
    }
    return text;
}

} // namespace

ModelCounts count_model(EmulatedLibrary &library, ModelRunner &runner) {
    const Artifact &artifact = library.program()->artifact();
    const TargetFacts target = find_target(artifact.target);
    runner.run();
    runner.run_layers();
    const bool has_counters = library.counters().packets > 0;
    return {artifact.name, target,
            has_counters ? count_packets(library, runner) : count_blocks(library, runner, target)};
}

std::string table_text(const ModelCounts &result) {
    size_t name_width = 5;
    for (const LayerCounts &counts : result.layers) {
        name_width = std::max(name_width, counts.layer->name.size());
    }
    const bool in_packets = result.target.modelled_processors.empty();
    std::string text =
        fmt::format("{} on {}, {}\n\n{:<{}}  {:>8}  {:>12}{}\n", result.name, result.target.name,
                    in_packets ? "counted by the emulated processor"
                               : "instructions by the emulator, cycles by llvm-mca's models of processors",
                    "layer", name_width, "MACs", "instructions", heads(result.target));
    uint64_t instructions = 0, packets = 0;
    for (const LayerCounts &counts : result.layers) {
        const bool multiplies = counts.layer->work.macs > 0;
        instructions += counts.instructions;
        packets += counts.packets;
        text += fmt::format("{:<{}}  {:>8}  {:>12}{}\n", counts.layer->name, name_width,
                            multiplies ? count_text(static_cast<double>(counts.layer->work.macs)) : "-",
                            counts.instructions, figures(counts, result.target));
    }
    text += fmt::format("\nwhole model: {} instructions", instructions);
    return text + (in_packets ? fmt::format(", {} packets\n", packets) : "\n");
}

nlohmann::json result_json(const ModelCounts &result) {
    nlohmann::json layers = nlohmann::json::array();
    for (const LayerCounts &counts : result.layers) {
        layers.push_back({{"layer", counts.layer->name},
                          {"operator", counts.layer->op},
                          {"macs", counts.layer->work.macs},
                          {"instructions", counts.instructions},
                          {"packets", counts.packets},
                          {"cycles", counts.cycles}});
    }
    return {{"name", result.name}, {"target", result.target.name}, {"layers", layers}};
}

} // namespace nibble
