// Where a product's operands lie among their batches: parameters a0-a2 and b0-b2.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <Halide.h>

#include "compiler/layer.h"

namespace nibble {

/// Matrices of the operand with this prefix.
inline int matrix_count(const Attributes &kernel, const std::string &prefix) {
    return static_cast<int>(kernel.at(prefix + "0") * kernel.at(prefix + "1") * kernel.at(prefix + "2"));
}

/// Which of them the product (b0, b1, b2) takes: dimensions of extent 1 are broadcast.
inline Halide::Expr matrix_place(const Attributes &kernel, const std::string &prefix, const Halide::Expr &b0,
                                 const Halide::Expr &b1, const Halide::Expr &b2) {
    const Halide::Expr index[] = {b0, b1, b2};
    Halide::Expr place = 0;
    for (int i = 0; i < 3; i++) {
        const auto extent = static_cast<int>(kernel.at(prefix + std::to_string(i)));
        place = place * extent + (extent == 1 ? Halide::Expr(0) : index[i]);
    }
    return place;
}

} // namespace nibble
