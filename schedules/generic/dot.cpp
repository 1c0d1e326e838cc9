// SPDX-License-Identifier: Apache-2.0
#include "schedules/generic/dot.h"

#include "generators/dot_lowering.h"
#include "schedules/flat.h"

namespace nibble::generic {

using namespace Halide;

void tile_dot(Algorithm &algorithm, int channels, int vector, int xr, int columns,
              const std::vector<VarOrRVar> &outer) {
    Func dst = algorithm.func("dst"), acc = algorithm.func("acc");
    RDom r = algorithm.domain("r");
    Var c("c"), x("x"), co("co"), ci("ci"), xo("xo"), xi("xi");
    if (!algorithm.masks) {
        vector = exact_lanes(channels, scalar_bytes / 4);
    }
    dst.split(c, co, ci, vector, TailStrategy::GuardWithIf)
        .split(x, xo, xi, xr, columns % xr == 0 ? TailStrategy::RoundUp : TailStrategy::ShiftInwards);
    std::vector<VarOrRVar> loops = {ci, xi, co, xo};
    loops.insert(loops.end(), outer.begin(), outer.end());
    dst.reorder(loops).vectorize(ci).unroll(xi);

    RVar k("k"), products("products");
    const DotLowering form = dot_lowering(algorithm.lowering);
    RVar half("half");
    std::vector<VarOrRVar> reduction = {products, c, x, k};
    if (form.packs_nibbles()) { // which a shift by a constant takes out of their bytes
        reduction.insert(reduction.begin() + 3, half);
    }
    for (int dimension = 1; dimension < r.dimensions(); dimension++) {
        reduction.push_back(r[dimension]);
    }
    acc.compute_at(dst, co).bound_extent(c, vector).vectorize(c).unroll(x);
    acc.update().split(r[0], k, products, form.products);
    if (form.packs_nibbles()) {
        acc.update().split(k, k, half, 2);
    }
    acc.update().reorder(reduction).vectorize(c).unroll(x).unroll(products);
    if (form.packs_nibbles()) {
        acc.update().unroll(half);
    }
}

} // namespace nibble::generic
