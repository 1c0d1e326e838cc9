// A target's facts, read from targets/<name>.json.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "generators/requantise_kind.h"

namespace nibble {

/// Bits of a weight in the arrays that a kernel of this lowering reads: the last type of its name.
inline int weight_bits(const std::string &lowering) {
    const std::string type = lowering.substr(lowering.size() - std::min<size_t>(2, lowering.size()));
    return type == "s4" || type == "u4" ? 4 : 8;
}

/// One level of memory, nearest first. Bandwidth is what one core reads.
struct MemoryLevel {
    std::string name;
    int64_t bytes = 0; ///< 0: no limit
    double bytes_per_cycle = 0;
};

/// What the chip has beside the units that kernels are generated for, for comparison.
struct OtherUnit {
    std::string name;
    std::map<std::string, double> tops; ///< operand type -> tera operations a second; a multiply-add is two
};

struct TargetFacts {
    std::string name;
    std::string halide_target;             ///< without the features that every kernel has (no_asserts, ...)
    int rank = 0;                          ///< "host" is the highest-ranked target that this CPU supports
    std::string unit;                      ///< which of the chip's units kernels run on, where it has several
    std::string family;                    ///< folder under schedules/; "generic" where it has none of its own
    std::vector<std::string> cpu_features; ///< names of runtime/cpu_features.h, each checked by <name>_supported
    int vector_bytes = 0;
    int vector_registers = 0;
    std::vector<std::string> vector_types; ///< of lanes: "s8", "f32", ...; other types are computed one by one
    int pointer_bytes = 0;                 ///< 4 or 8
    int buffer_alignment =
        0;                ///< bytes: where a caller's inputs and outputs have to begin; 1: anywhere their elements may
    double clock_ghz = 0; ///< nominal
    std::map<std::string, double> macs_per_cycle; ///< by operand types, e.g. "u8s8"
    std::vector<MemoryLevel> memory;
    MemoryLevel vtcm; ///< memory on the chip that kernels fill themselves (Halide's MemoryType::VTCM); 0 bytes: none
    std::vector<OtherUnit> other_units;
    std::string runner; ///< "native", "qemu-aarch64", ...
    std::vector<std::string>
        modelled_processors;              ///< LLVM's names of those whose cycles are estimated where an emulator counts
    std::string runtime;                  ///< folder of the runtime archive, e.g. "x86-64"
    std::string elf_machine;              ///< LLVM triple of assembly, e.g. "x86_64-linux-gnu"
    std::vector<std::string> entry_thunk; ///< assembler lines that load {plan} into {register} and jump to {walker}
    std::vector<std::string> plan_registers; ///< of the argument after three and after four
    std::vector<std::string>
        supported_thunk; ///< assembler lines that load {mask} as first argument and jump to {checker}
    std::map<std::string, std::vector<std::string>>
        lowerings; ///< operator -> lowerings that the chip has instructions for
    std::map<std::string, std::string>
        weight_types; ///< "s8", "s4" (u4 too) -> how kernels take weights: native, unpacked or widened
    CheapForms requantise = CheapForms::none; ///< the forms of requantisation that are used where they are proven
    std::string notes;                        ///< where the figures come from

    /// The best lowering of an operator that the file names for weights of so many bits; nullptr where it names none.
    const std::string *lowering_of(const std::string &op, int64_t bits) const {
        const auto named = lowerings.find(op);
        if (named != lowerings.end()) {
            for (const std::string &lowering : named->second) {
                if (weight_bits(lowering) == bits) {
                    return &lowering;
                }
            }
        }
        return nullptr;
    }
    /// `lanes`, or 1 where the target has no vectors of the type.
    int lanes_of(const std::string &type, int lanes) const {
        return std::find(vector_types.begin(), vector_types.end(), type) != vector_types.end() ? lanes : 1;
    }
    /// The largest cache, at most the second level; nullptr where memory is all there is.
    const MemoryLevel *second_level() const {
        const MemoryLevel *found = nullptr;
        for (size_t i = 0; i < memory.size() && i < 2; ++i) {
            found = memory[i].bytes > 0 ? &memory[i] : found;
        }
        return found;
    }
    /// Whether kernels run on a GPU, with all their memory there.
    bool on_gpu() const { return runner == "cuda"; }
    /// The bits of runtime/cpu_features.h that cpu_features names.
    uint64_t cpu_feature_mask() const;
};

/// Reads and checks one file. Throws Error.
TargetFacts read_target(const std::filesystem::path &json_file);
/// The target's facts as JSON, as read_target accepts them.
std::string describe(const TargetFacts &);
/// The folder that holds the target files of this build or installation.
std::filesystem::path target_folder();
/// Names of all targets, sorted: those of target_folder(), and of the folder $NIBBLE_TARGETS where that is set. Throws
/// Error where that is no folder.
std::vector<std::string> list_targets();
/// The named target, a file of $NIBBLE_TARGETS before one of target_folder(); "host": the best one that this CPU
/// supports. Throws Error for an unknown name.
TargetFacts find_target(const std::string &name);

} // namespace nibble
