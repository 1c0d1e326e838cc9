// The shapes of products of matrices.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/operators/support/legalise_context.h"
#include "runtime/reference/matrix_batch.h"

namespace nibble::operators {

struct MatrixTensors {
    const Tensor &lhs, &rhs, &dst;
};

/// Sets m k n and the extents d0-d2 a0-a2 b0-b2 of products of matrices of up to three batch dimensions; reports shapes
/// that have no product. `adj_x` and `adj_y`: the left and right matrices lie transposed.
void legalise_products(LegaliseContext &, const MatrixTensors &, bool adj_x, bool adj_y, Attributes &attributes);
/// The same as the operator's attributes adj_x and adj_y say, and sets these.
void legalise_matrices(LegaliseContext &, const MatrixTensors &, Attributes &attributes);

/// Sets d0-d2 a0-a2 b0-b2 to batches that broadcast.
void set_matrix_batches(const std::vector<int64_t> &lhs, const std::vector<int64_t> &rhs, Attributes &attributes);

/// All of them as the reference has them. Where a layer has no adj_x and adj_y, no matrix lies transposed.
reference::MatrixBatch matrix_batch(const Layer &);

/// How many products a layer has, and their multiply-accumulates.
int64_t products(const Layer &);
int64_t matrix_macs(const Layer &);

/// [matrices, m, k] and [matrices, k, n].
std::vector<int64_t> lhs_shape(const Layer &);
std::vector<int64_t> rhs_shape(const Layer &);

} // namespace nibble::operators
