// SPDX-License-Identifier: Apache-2.0
#include "schedules/staging.h"

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
            staged.update(update++).vectorize(domain->second, lanes, TailStrategy::GuardWithIf);
        }
    }
    if (update == 0) {
        staged.vectorize(e, lanes, TailStrategy::GuardWithIf);
    }
}

} // namespace nibble
