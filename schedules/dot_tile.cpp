// SPDX-License-Identifier: Apache-2.0
#include "schedules/dot_tile.h"

#include <algorithm>

namespace nibble {

using namespace Halide;

int parts_of(const Tile &tile) {
    const auto parts = tile.find("parts");
    return parts == tile.end() ? 1 : parts->second;
}

int element_steps(const DotLowering &form, int64_t steps) {
    int together = 16 / (form.products * form.groups);
    while (steps % together != 0) {
        together /= 2;
    }
    return together;
}

TailStrategy overlapping_tail(int extent, int factor) {
    return extent % factor == 0 ? TailStrategy::RoundUp : TailStrategy::ShiftInwards;
}

LoopLevel tile_dot(Algorithm &algorithm, const Tile &tile, int channels, int columns, int lanes,
                   const std::vector<VarOrRVar> &for_each_panel, const std::vector<VarOrRVar> &outermost) {
    Func dst = algorithm.func("dst"), acc = algorithm.func("acc");
    const int mr = tile.at("mr"), panel_channels = tile.at("nv") * dot_lowering(algorithm.lowering).panel,
              xb = tile.at("xb"), parts = parts_of(tile), tile_channels = panel_channels / parts;
    Var c("c"), x("x"), panel("panel"), part("part"), cs("cs"), cv("cv"), cl("cl"), block("block"), xo("xo"), xi("xi");
    lanes = std::min(lanes, tile_channels);

    dst.split(x, block, x, xb, overlapping_tail(columns, xb)).split(x, xo, xi, mr, overlapping_tail(xb, mr));
    std::vector<VarOrRVar> loops;
    const bool whole_panels = channels % panel_channels == 0;
    if (whole_panels) {
        dst.split(c, panel, cs, panel_channels, TailStrategy::RoundUp)
            .split(cs, part, cs, tile_channels)
            .split(cs, cv, cl, lanes)
            .vectorize(cl)
            .unroll(cv)
            .unroll(part);
        loops = {cl, cv, xi, part, xo};
    } else {
        dst.split(c, panel, cs, panel_channels, TailStrategy::PredicateStores).vectorize(cs);
        loops = {cs, xi, xo};
    }
    loops.insert(loops.end(), for_each_panel.begin(), for_each_panel.end());
    loops.insert(loops.end(), {panel, block});
    loops.insert(loops.end(), outermost.begin(), outermost.end());
    dst.reorder(loops).unroll(xi);

    // Whole panels, also where the last outputs are fewer; Halide does not see their extent where panels are shared out
    // in tasks.
    acc.compute_at(dst, whole_panels ? part : xo)
        .store_in(MemoryType::Register)
        .align_bounds(c, tile_channels)
        .bound_extent(c, tile_channels)
        .vectorize(c, lanes)
        .unroll(c)
        .unroll(x);
    sum_products(algorithm, lanes);
    return LoopLevel(dst, block);
}

namespace {

/// In registers, the nibbles of a step of `sum`.
void unpack_nibbles(Algorithm &algorithm, const Func &sum, int lanes) {
    Func nibbles = algorithm.func("nibbles");
    const std::vector<Var> args = nibbles.args(); // place, c, half, ...
    const int products = dot_lowering(algorithm.lowering).products;
    Var bytes("bytes");
    nibbles.compute_at(sum, RVar("k"))
        .store_in(MemoryType::Stack)
        .bound_extent(args[0], products)
        .bound_extent(args[2], 2)
        .fuse(args[0], args[1], bytes)
        .vectorize(bytes, lanes * products)
        .unroll(bytes)
        .unroll(args[2]);
}

} // namespace

namespace {

/// Sums the blocks of "s16_sums" in registers, all steps of one unrolled, and adds the halves of lanes to "acc".
void sum_halves(Algorithm &algorithm, int lanes) {
    Func acc = algorithm.func("acc"), sums = algorithm.func("s16_sums");
    const RDom r = algorithm.domain("r"), steps = algorithm.domain("s16_sums");
    Var c("c"), x("x"), h("h");
    RVar block("block"), halves("halves"), k("k"), half("half");
    std::vector<VarOrRVar> reduction = {halves, c, x, block};
    for (int dimension = 1; dimension < r.dimensions(); dimension++) {
        reduction.push_back(r[dimension]);
    }
    acc.update()
        .split(r[0], block, halves, 2)
        .reorder(reduction)
        .atomic()
        .vectorize(halves)
        .vectorize(c, lanes)
        .unroll(c)
        .unroll(x);
    sums.compute_at(acc, block)
        .store_in(MemoryType::Register)
        .bound_extent(h, 2)
        .vectorize(h)
        .vectorize(c, lanes)
        .unroll(c)
        .unroll(x);
    sums.update()
        .split(steps.y, k, half, 2)
        .reorder({steps.x, h, c, x, half, k})
        .atomic(true) // saturating sums are associative where nothing saturates
        .vectorize(steps.x)
        .vectorize(h)
        .vectorize(c, lanes)
        .unroll(c)
        .unroll(x)
        .unroll(half)
        .unroll(k);
    unpack_nibbles(algorithm, sums, lanes);
}

} // namespace

void sum_products(Algorithm &algorithm, int lanes) {
    if (algorithm.funcs.count("s16_sums") != 0) {
        sum_halves(algorithm, lanes);
        return;
    }
    Func acc = algorithm.func("acc");
    RDom r = algorithm.domain("r");
    Var c("c"), x("x");
    RVar k("k"), products("products"), half("half");
    const DotLowering form = dot_lowering(algorithm.lowering);
    std::vector<VarOrRVar> reduction = {products, c, x, k};
    if (form.packs_nibbles()) {
        reduction.insert(reduction.begin() + 3, half);
    }
    for (int dimension = 1; dimension < r.dimensions(); dimension++) {
        reduction.push_back(r[dimension]);
    }
    acc.update().split(r[0], k, products, form.products);
    if (form.packs_nibbles()) {
        acc.update().split(k, k, half, 2);
    }
    acc.update().reorder(reduction).atomic().vectorize(products).vectorize(c, lanes).unroll(c).unroll(x);
    if (form.packs_nibbles()) {
        acc.update().unroll(half);
        unpack_nibbles(algorithm, acc, lanes);
    }
}

void take_source_by_element(Algorithm &algorithm) {
    const DotLowering form = dot_lowering(algorithm.lowering, algorithm.parameters);
    RDom r = algorithm.domain("r");
    const auto points = as_const_int(r[0].extent());
    const int steps = element_steps(form, *points / form.products) / (form.packs_nibbles() ? 2 : 1);
    Func acc = algorithm.func("acc"), operand = algorithm.func("operand");
    RVar k("k"), ko("ko"), ki("ki");
    acc.update().split(k, ko, ki, steps).unroll(ki);
    if (form.packs_nibbles()) {
        algorithm.func("nibbles").compute_at(acc, ki);
    }
    // A pixel's words are one load, though the loop over channels lies within.
    operand.compute_at(acc, ko)
        .store_in(MemoryType::Stack)
        .vectorize(operand.args()[0], steps * form.packed_products() * form.groups)
        .unroll(operand.args()[1]);
}

} // namespace nibble
