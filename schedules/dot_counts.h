// What a dot-product layer's tile has, in vectors, steps and bytes: shared by the legal tiles and by the model of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schedules/dot_tile.h"

namespace nibble {

inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// vpdpbusd and sdot multiply and add; vpmaddwd needs vpaddd, and its weights are widened first.
inline bool is_fused(const DotLowering &form) { return form.products == 4; }

/// smull and smlal multiply into lanes of s16, whose pairs sadalp adds up.
inline bool has_halves(const DotLowering &form) { return form.products == 2 && form.src_bytes == 1; }

inline int64_t weights_of_byte(const DotLowering &form) { return form.packs_nibbles() ? 2 : 1; }

/// Vectors of a panel.
inline int64_t panel_vectors(const DotShape &shape, const TargetFacts &target) {
    return shape.form.panel * 4 / target.vector_bytes;
}

/// Vectors of a step's weights beside `across` vectors of accumulators: bytes fill them, or are widened first.
inline int64_t weight_vectors(const DotLowering &form, int64_t across) {
    return has_halves(form) ? across * form.groups / 2 : across;
}

/// Whether the machine says what 4-bit weights cost.
inline bool models_nibbles(const DotLowering &form, const DotMachine &machine) {
    return form.packs_nibbles() && machine.unpack_cycles > 0;
}

/// Bytes of the source rows that a block of xb columns and yb rows has staged.
inline int64_t staged_bytes(const DotShape &shape, int64_t xb, int64_t yb) {
    const int64_t rows = (yb - 1) * shape.row_step + shape.halo_rows;
    return rows * (shape.whole_rows ? shape.row_elements : xb * shape.column_elements) * shape.form.src_bytes;
}

inline int64_t weight_bytes(const DotShape &shape) { return shape.groups * shape.panels * panel_bytes(shape); }

} // namespace nibble
