// Where activations live: in the caller's buffers, or by lifetime in one arena.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace nibble {

/// Something that needs memory from the step that writes it to the last step that reads it, both inclusive.
struct Lifetime {
    int64_t bytes = 0;
    int first_step = 0;
    int last_step = 0;
};

struct ArenaPlan {
    std::vector<int64_t> offsets; ///< one for each lifetime, multiples of the alignment
    int64_t bytes = 0;            ///< a multiple of the alignment
};

/// Lifetimes that share a step don't overlap in memory. The largest is placed first, each into the tightest gap that
/// the ones placed before leave open: rarely above the lower bound (the busiest step) by more than a few per cent.
ArenaPlan plan_arena(const std::vector<Lifetime> &lifetimes, int64_t alignment);

} // namespace nibble
