// Loops that do one thing at the machine's best rate: what a roof is measured with. x86-64 only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace nibble {

/// A loop of independent multiply-adds in registers.
struct MultiplyLoop {
    const char *operand_types; ///< "u8s8": vpdpbusd on 64-byte vectors; "s16s16": pmaddwd on 16-byte vectors
    const char *instruction;   ///< its name, for people
    int macs_per_instruction;
    int instructions;    ///< in one iteration
    bool (*supported)(); ///< by this CPU
    void (*run)(int64_t iterations);

    int64_t macs_per_iteration() const { return static_cast<int64_t>(macs_per_instruction) * instructions; }
};

/// The loop for these operand types, or nullptr where there is none.
const MultiplyLoop *find_multiply_loop(const char *operand_types);

/// `cycles` additions, each of which waits for the one before: one clock cycle each. A multiple of 8.
void run_dependent_adds(int64_t cycles);

/// Reads `bytes` (a multiple of 512) from `data` (64-byte aligned) with the widest loads that this CPU has.
void read_memory(const uint8_t *data, size_t bytes);

} // namespace nibble
