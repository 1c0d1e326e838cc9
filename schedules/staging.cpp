// SPDX-License-Identifier: Apache-2.0
#include "schedules/staging.h"

#include "schedules/flat.h"

namespace nibble {

using namespace Halide;

void stage(Func staged, Algorithm &algorithm, const LoopLevel &level, int lanes) {
    Var e("e");
    // On the heap, which is the caller's scratch arena: a strip may be larger than a stack frame is allowed to be.
    staged.compute_at(level).store_in(MemoryType::Heap);
    int update = 0;
    for (const char *piece : staged_pieces) {
        const auto domain = algorithm.domains.find(piece);
        if (domain != algorithm.domains.end()) {
            const int exact = exact_lanes(*as_const_int(domain->second.x.extent()), lanes);
            staged.update(update++).vectorize(domain->second, algorithm.masks ? lanes : exact,
                                              TailStrategy::GuardWithIf);
        }
    }
    if (update == 0) {
        const int exact = exact_lanes(algorithm.at(algorithm.parameters.count("k") != 0 ? "k" : "ci"), lanes);
        staged.vectorize(e, algorithm.masks ? lanes : exact, TailStrategy::GuardWithIf);
    }
}

} // namespace nibble
