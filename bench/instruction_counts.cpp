// SPDX-License-Identifier: Apache-2.0
#include "bench/instruction_counts.h"

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/files.h"
#include "compiler/process.h"
#include "model/error.h"
#include "model/json_text.h"

namespace nibble {
namespace {

struct Instruction {
    uint64_t address = 0;
    std::string text;
    bool is_branch = false;
    uint64_t target = 0; ///< of a branch inside the program, else 0
};

bool is_of_the_guest(const std::string &function) {
    return function.rfind("nibble_guest_", 0) == 0 || function == "_start";
}

/// The instruction of a line of llvm-objdump, or one without text.
Instruction read_line(const std::string &line) {
    static const std::regex instruction(R"(^\s*([0-9a-f]+):\s+([a-z][a-z0-9.]*)\s*(.*)$)");
    static const std::regex branch(R"(^(b|bl|br|blr|ret|b\.[a-z]+|cbn?z|tbn?z)$)");
    static const std::regex target(R"(0x([0-9a-f]+)\s*(<.*>)?$)");
    std::smatch match;
    if (!std::regex_match(line, match, instruction)) {
        return {};
    }
    Instruction found;
    found.address = std::stoull(match[1], nullptr, 16);
    const std::string mnemonic = match[2];
    std::string operands = match[3];
    found.is_branch = std::regex_match(mnemonic, branch);
    std::smatch place;
    // The linker makes one adr of an address's two parts where it can; as a number it would be out of reach.
    const bool is_place = found.is_branch || mnemonic == "adr";
    if (is_place && std::regex_search(operands, place, target)) {
        found.target = found.is_branch ? std::stoull(place[1], nullptr, 16) : 0;
        operands = operands.substr(0, static_cast<size_t>(place.position(0))) + ".Lblock";
    }
    operands = std::regex_replace(operands, std::regex(R"(\s*(//|<).*$)"), "");
    found.text = mnemonic + " " + operands;
    return found;
}

/// The instructions of the program that ran at least once or might have, in the order of their addresses.
std::vector<Instruction> read_disassembly(const std::string &disassembly) {
    static const std::regex label(R"(^[0-9a-f]+ <(.*)>:$)");
    std::vector<Instruction> instructions;
    std::istringstream lines(disassembly);
    bool skipped = true;
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (std::regex_match(line, match, label)) {
            skipped = is_of_the_guest(match[1]);
        } else if (Instruction instruction = read_line(line); !skipped && !instruction.text.empty()) {
            instructions.push_back(std::move(instruction));
        }
    }
    return instructions;
}

} // namespace

std::map<uint64_t, uint64_t> read_counts(const std::filesystem::path &file) {
    std::map<uint64_t, uint64_t> counts;
    std::ifstream in(file);
    uint64_t address = 0, runs = 0;
    while (in >> address >> runs) {
        counts[address] += runs;
    }
    if (counts.empty()) {
        throw Error(Finding{file.string(), "counts", "none", "lines of the emulator's plugin"});
    }
    return counts;
}

std::vector<CodeBlock> executed_blocks(const std::string &disassembly, const std::map<uint64_t, uint64_t> &counts) {
    const std::vector<Instruction> instructions = read_disassembly(disassembly);
    std::set<uint64_t> entries;
    for (const Instruction &instruction : instructions) {
        entries.insert(instruction.target);
    }
    std::vector<CodeBlock> blocks;
    bool begins = true;
    for (const Instruction &instruction : instructions) {
        begins |= entries.count(instruction.address) != 0;
        const auto count = counts.find(instruction.address);
        const uint64_t runs = count == counts.end() ? 0 : count->second;
        if (runs > 0) {
            if (begins || blocks.back().runs != runs) {
                blocks.push_back({{}, runs});
            }
            blocks.back().instructions.push_back(instruction.text);
        }
        begins = instruction.is_branch || runs == 0;
    }
    return blocks;
}

uint64_t instructions_of(const std::vector<CodeBlock> &blocks) {
    uint64_t sum = 0;
    for (const CodeBlock &block : blocks) {
        sum += block.runs * block.instructions.size();
    }
    return sum;
}

double modelled_cycles(const std::vector<CodeBlock> &blocks, const Processor &processor, const Tools &tools,
                       const std::filesystem::path &folder) {
    constexpr int iterations = 20;
    std::string text;
    for (size_t i = 0; i < blocks.size(); ++i) {
        text += fmt::format("# LLVM-MCA-BEGIN {}\n.Lblock{}:\n", i, i);
        for (const std::string &instruction : blocks[i].instructions) {
            text += std::regex_replace(instruction, std::regex(R"(\.Lblock$)"), fmt::format(".Lblock{}", i)) + "\n";
        }
        text += "# LLVM-MCA-END\n";
    }
    write_file(folder / "blocks.s", text);
    run_tool({tools.llvm_mca, "-mtriple=" + processor.triple, "-mcpu=" + processor.name,
              fmt::format("-iterations={}", iterations), "--json", "-o", "blocks.json", "blocks.s"},
             folder);
    const auto report = parse_json("blocks.json", read_file(folder / "blocks.json"));
    double cycles = 0;
    for (const auto &region : report.at("CodeRegions")) {
        const auto &block = blocks.at(std::stoull(region.at("Name").get<std::string>()));
        const auto total = region.at("SummaryView").at("TotalCycles").get<double>();
        cycles += total / iterations * static_cast<double>(block.runs);
    }
    return cycles;
}

} // namespace nibble
