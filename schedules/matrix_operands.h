// What batch_matmul makes of its operands before it multiplies them, for all families.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble {

/// The loops over products, innermost first.
std::vector<Halide::VarOrRVar> product_loops();

/// Packs the right matrix and sums its columns where a new one begins, and sums the rows of the left one at `rows`,
/// where they are staged. Operands that need none of it are left out.
void schedule_matrix_operands(Algorithm &, const Halide::LoopLevel &rows, int vector_bytes);

} // namespace nibble
