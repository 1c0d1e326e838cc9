// Loops that do one thing at the machine's best rate: what a roof is measured with. x86-64 only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace nibble {

/// A loop of independent multiply-adds in registers.
struct MultiplyLoop {
    const char *operand_types; ///< "u8s8", "s16s16"
    int vector_bytes;          ///< of its vectors
    const char *instruction;   ///< its name, for people
    int macs_per_instruction;  ///< of the product, where its sum is an instruction of its own
    int instructions;          ///< products in one iteration
    bool (*supported)();       ///< by this CPU
    void (*run)(int64_t iterations);

    int64_t macs_per_iteration() const { return static_cast<int64_t>(macs_per_instruction) * instructions; }
};

/// The loop for these operand types and vectors, or nullptr where there is none.
const MultiplyLoop *find_multiply_loop(const char *operand_types, int vector_bytes);

/// `cycles` additions, each of which waits for the one before: one clock cycle each. A multiple of 8.
void run_dependent_adds(int64_t cycles);

/// Reads `bytes` (a multiple of 512) from `data` (64-byte aligned) with the widest loads that this CPU has.
void read_memory(const uint8_t *data, size_t bytes);

} // namespace nibble
