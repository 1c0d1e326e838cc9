// SPDX-License-Identifier: Apache-2.0
#include "schedules/matrix_operands.h"

#include "schedules/flat.h"

#include "generators/dot_lowering.h"

namespace nibble {

using namespace Halide;

namespace {

constexpr int panel_lanes = 16;

/// The innermost loop in which the right matrix stays the same.
void compute_per_matrix(Func func, Algorithm &algorithm) {
    func.store_in(MemoryType::Heap);
    for (const char *dimension : {"2", "1", "0"}) {
        if (algorithm.at(std::string("b") + dimension) > 1) {
            func.compute_at(algorithm.func("dst"), Var(std::string("b") + dimension));
            return;
        }
    }
    func.compute_root();
}

void schedule_panels(Algorithm &algorithm) {
    Func panels = algorithm.func("panels");
    Var j("j"), l("l"), g("g"), p("p");
    compute_per_matrix(panels, algorithm);
    // Rows of 16 bytes are interleaved into a vector; where columns lie in rows, a lane's bytes of each are copied,
    // for which LLVM's Zen targets write AMD's own extrq where a column does not end with them.
    panels.reorder(j, l, p, g);
    if (!algorithm.masks) {
        return; // pieces of vectors would be joined to what reaches beyond the source
    }
    if (algorithm.at("adj_y") != 0 && algorithm.at("k") % dot_lowering(algorithm.lowering).products == 0) {
        panels.vectorize(j).unroll(l);
    } else {
        panels.vectorize(l, panel_lanes).unroll(j);
    }
}

} // namespace

std::vector<VarOrRVar> product_loops() { return {Var("b2"), Var("b1"), Var("b0")}; }

void schedule_matrix_operands(Algorithm &algorithm, const LoopLevel &rows, int vector_bytes) {
    if (algorithm.funcs.count("panels") != 0) {
        schedule_panels(algorithm);
        Func terms = algorithm.func("column_terms");
        Var c("c");
        compute_per_matrix(terms, algorithm);
        const int lanes = algorithm.masks ? panel_lanes : scalar_bytes / 4;
        terms.align_bounds(c, panel_lanes).vectorize(c, lanes);
        terms.update().vectorize(c, lanes);
    }
    if (algorithm.funcs.count("row_terms") != 0) {
        Func terms = algorithm.func("row_terms");
        terms.compute_at(rows).store_in(MemoryType::Heap);
        // A last vector with fewer elements would be summed one by one.
        const int products = dot_lowering(algorithm.lowering).products;
        const int terms_of_row = (algorithm.at("k") + products - 1) / products * products;
        const int lanes = unmasked_lanes(terms_of_row, vector_bytes, algorithm.masks);
        RVar vector("vector"), lane("lane");
        terms.update().split(algorithm.domain("row"), vector, lane, lanes).atomic().vectorize(lane);
    }
}

} // namespace nibble
