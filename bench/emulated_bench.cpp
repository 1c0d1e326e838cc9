// SPDX-License-Identifier: Apache-2.0
#include "bench/emulated_bench.h"

#include <algorithm>

#include <fmt/format.h>

#include "autotune/html.h"
#include "bench/instruction_counts.h"
#include "compiler/process.h"
#include "model/json_text.h"

namespace nibble {
namespace {

std::string disassemble(const GuestProgram &program, const Tools &tools) {
    const std::string file = "guest.txt";
    // llvm-objdump has no option for its output's file.
    run_tool({"sh", "-c", "exec \"$0\" -d --no-show-raw-insn --mattr=+all guest.elf >\"$1\"", tools.llvm_objdump, file},
             program.folder());
    return read_file(program.folder() / file);
}

/// The blocks that one call ran, in a process of its own.
std::vector<CodeBlock> count_call(const EmulatedLibrary &library, const LayerCall &call,
                                  const std::string &disassembly) {
    const std::filesystem::path counts = library.program()->folder() / "counts.txt";
    const std::string plugin = (resource_folder() / "runtime" / "libnibble_count.so").string();
    {
        EmulatedLibrary counted(library.program(), {"-plugin", plugin + ",out=" + counts.string()});
        counted.call(call.function, call.inputs, call.outputs);
    }
    return executed_blocks(disassembly, read_counts(counts));
}

double macs_per_cycle(const LayerCounts &layer, const std::string &processor) {
    return static_cast<double>(layer.layer->work.macs) / layer.cycles.at(processor);
}

} // namespace

ModelCounts count_model(const EmulatedLibrary &library, ModelRunner &runner) {
    const Tools tools = read_tools();
    const Artifact &artifact = library.program()->artifact();
    const std::string disassembly = disassemble(*library.program(), tools);
    const TargetFacts target = find_target(artifact.target);
    ModelCounts result{artifact.name, target, {}};
    runner.run();
    runner.run_layers();
    for (size_t i = 0; i < artifact.layers.size(); ++i) {
        const std::vector<CodeBlock> blocks = count_call(library, runner.layer_calls()[i], disassembly);
        LayerCounts counts{&artifact.layers[i], instructions_of(blocks), {}};
        for (const std::string &processor : target.modelled_processors) {
            counts.cycles[processor] =
                modelled_cycles(blocks, {target.elf_machine, processor}, tools, library.program()->folder());
        }
        result.layers.push_back(std::move(counts));
    }
    return result;
}

std::string table_text(const ModelCounts &result) {
    size_t name_width = 5;
    for (const LayerCounts &counts : result.layers) {
        name_width = std::max(name_width, counts.layer->name.size());
    }
    std::string text =
        fmt::format("{} on {}, instructions by the emulator, cycles by llvm-mca's models of processors\n\n"
                    "{:<{}}  {:>8}  {:>12}",
                    result.name, result.target.name, "layer", name_width, "MACs", "instructions");
    for (const std::string &processor : result.target.modelled_processors) {
        text += fmt::format("  {:>11}  {:>8}", processor, "MACs/cyc");
    }
    text += "\n";
    uint64_t instructions = 0;
    for (const LayerCounts &counts : result.layers) {
        const bool multiplies = counts.layer->work.macs > 0;
        instructions += counts.instructions;
        text += fmt::format("{:<{}}  {:>8}  {:>12}", counts.layer->name, name_width,
                            multiplies ? count_text(static_cast<double>(counts.layer->work.macs)) : "-",
                            counts.instructions);
        for (const std::string &processor : result.target.modelled_processors) {
            text += fmt::format("  {:>11.0f}  {:>8}", counts.cycles.at(processor),
                                multiplies ? fmt::format("{:.1f}", macs_per_cycle(counts, processor)) : "-");
        }
        text += "\n";
    }
    return text + fmt::format("\nwhole model: {} instructions\n", instructions);
}

nlohmann::json result_json(const ModelCounts &result) {
    nlohmann::json layers = nlohmann::json::array();
    for (const LayerCounts &counts : result.layers) {
        layers.push_back({{"layer", counts.layer->name},
                          {"operator", counts.layer->op},
                          {"macs", counts.layer->work.macs},
                          {"instructions", counts.instructions},
                          {"cycles", counts.cycles}});
    }
    return {{"name", result.name}, {"target", result.target.name}, {"layers", layers}};
}

} // namespace nibble
