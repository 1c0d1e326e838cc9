// The extents of products of matrices whose batches broadcast.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "compiler/operators/support/legalise_context.h"

namespace nibble::operators {

struct MatrixTensors {
    const Tensor *lhs, *rhs, *dst;
};

/// Sets m, k, n and the batches d0-d2 of dst, a0-a2 of lhs and b0-b2 of rhs; reports shapes that have no product.
/// `adj_x` and `adj_y`: the left and right matrices lie transposed.
void legalise_matrices(LegaliseContext &, const MatrixTensors &, bool adj_x, bool adj_y, Attributes &);

/// Sets <prefix>0 to <prefix>2, outermost first, filled up with ones.
void set_batch(const std::string &prefix, const std::vector<int64_t> &batch, Attributes &);
/// <prefix>0 to <prefix>2.
std::array<int64_t, 3> batch_extents(const Layer &, const std::string &prefix);

} // namespace nibble::operators
