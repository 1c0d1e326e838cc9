// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/dot.h"

#include <algorithm>

#include "generators/requantise_kind.h"
#include "schedules/expand_either.h"
#include "schedules/expand_mul_q31.h"
#include "schedules/flat.h"
#include "schedules/hexagon/vtcm.h"
#include "schedules/saturated.h"
#include "schedules/staging.h"

namespace nibble::hexagon {

using namespace Halide;

namespace {

constexpr int word_lanes = 32; ///< of a vector of s32
constexpr int byte_lanes = 128;

/// Bytes that are stored together of runs of `elements`.
int stored_lanes(int elements) { return unmasked_lanes(elements, byte_lanes, false); }

/// Whether a vector of bytes has whole pixels, of which a tile has all channels. Constants by channel are not read
/// across pixels: values have to be scaled apart (ChannelForm).
bool shares_vectors(const Algorithm &algorithm, int channels, int panel_channels) {
    return channels == panel_channels && byte_lanes % channels == 0 && algorithm.funcs.count("scaled") != 0;
}

/// Splits and orders dst's channels and the mr columns `xi` of a tile; returns the loops inside of a tile's, innermost
/// first and those that are unrolled last, and adds "panel" to `outer` where a tile has not all channels.
std::vector<VarOrRVar> narrow(Func dst, bool shares, int channels, int panel_channels, int mr,
                              std::vector<VarOrRVar> &outer) {
    Var c("c"), xi("xi"), panel("panel"), cs("cs"), outputs("outputs"), vector("vector"), lane("lane");
    if (shares) {
        const int all = channels * mr, lanes = all > byte_lanes ? byte_lanes : stored_lanes(all);
        dst.fuse(c, xi, outputs)
            .split(outputs, vector, lane, lanes, overlapping_tail(all, lanes))
            .vectorize(lane)
            .unroll(vector);
        return {lane, vector};
    }
    outer.push_back(panel);
    if (channels % panel_channels == 0) {
        dst.split(c, panel, cs, panel_channels, TailStrategy::RoundUp)
            .split(cs, vector, lane, stored_lanes(panel_channels), TailStrategy::RoundUp)
            .vectorize(lane)
            .unroll(vector)
            .unroll(xi);
        return {lane, vector, xi};
    }
    const int lanes = stored_lanes(channels);
    dst.split(c, cs, lane, lanes, TailStrategy::RoundUp)
        .split(cs, panel, vector, panel_channels / lanes, TailStrategy::GuardWithIf)
        .vectorize(lane);
    return {lane, vector, xi};
}

} // namespace

DotMachine dot_machine() {
    DotMachine machine = {};
    machine.instructions_per_cycle = 2;
    machine.weight_load_cycles = machine.source_load_cycles = 0.5;
    machine.strip_cycles = 50;
    machine.staging_cycles = 1.5;
    machine.dot_latency = 1;
    // 11 packets for four vectors, 8 of them the products: shifts that narrow, as on ARM, would save 2 % of a layer
    // that is mostly requantisation, and nothing of others.
    machine.requantise_instructions = 5.5;
    machine.tile_cycles = 12;
    machine.unpack_cycles = 0.1; // vand and vlsr find room beside products, once a loop has begun
    machine.unpack_wait = 1.2;
    machine.scalar_source = true;
    return machine;
}

std::vector<Tile> whole_vector_tiles(const DotShape &shape, const Attributes &kernel, const TargetFacts &target) {
    // Rounding by `float` in integers is some hundred instructions a vector, which more columns than these repeat in
    // code that LLVM takes minutes for.
    constexpr int most_rounded_columns = 2;
    const auto kind = kernel.find("requantise");
    const bool is_long = kind != kernel.end() && kind->second == requantise_nearest_s32;
    std::vector<Tile> tiles = nibble::dot_tiles(shape, target, most_staged_block(target));
    tiles.erase(std::remove_if(tiles.begin(), tiles.end(),
                               [&](const Tile &tile) {
                                   const int nv = tile.at("nv");
                                   if (is_long && tile.at("mr") > most_rounded_columns) {
                                       return true;
                                   }
                                   return nv != shape.panels && nv * word_lanes % byte_lanes != 0 &&
                                          shape.panels % (byte_lanes / word_lanes) == 0;
                               }),
                tiles.end());
    const int64_t steps = dot_steps(shape.form, shape.run_elements) / (shape.form.packs_nibbles() ? 2 : 1);
    std::vector<Tile> unrolled;
    for (Tile &tile : tiles) {
        for (int ku = 1; ku <= 2 && steps % ku == 0; ku++) {
            tile["ku"] = ku;
            unrolled.push_back(tile);
        }
    }
    return with_staged_operands(shape, target, unrolled);
}

Tile preferred_tile(const DotShape &shape, const Attributes &kernel, const TargetFacts &target) {
    // Steps that are unrolled share the arithmetic of addresses: worth its registers where a tile's columns lie so far
    // apart that one pointer does not reach them all, and they are read for several rows of weights or for all panels.
    constexpr int64_t reach = 3072;
    // Where a vector of bytes has several pixels, more accumulators than half of the registers are spilled.
    constexpr int most_narrow_accumulators = 16;
    const std::vector<Tile> legal = whole_vector_tiles(shape, kernel, target);
    std::vector<Tile> tiles = legal;
    const auto is_wanted = [&](const Tile &tile) {
        const int mr = tile.at("mr"), nv = tile.at("nv");
        const bool is_far = shape.rows_are_shared && (mr - 1) * shape.column_elements > reach;
        const bool fits = nv * word_lanes >= byte_lanes || mr * nv <= most_narrow_accumulators;
        // A vector of bytes has four panels: of fewer, one alone is stored in parts.
        const bool whole = nv == shape.panels || shape.panels * word_lanes > byte_lanes;
        const bool unrolls = is_far && shape.run_elements % 8 == 0 && !shape.form.packs_nibbles();
        return fits && whole && tile.at("vtcm") == 0 && tile.at("ku") == (unrolls ? 2 : 1);
    };
    tiles.erase(std::remove_if(tiles.begin(), tiles.end(), [&](const Tile &tile) { return !is_wanted(tile); }),
                tiles.end());
    Tile tile = preferred_dot_tile(shape, target, tiles);
    tile["vtcm"] = stages_weights(shape, target, tile) ? 1 : 0;
    return with_least_traffic(shape, target, tile, legal);
}

DotLoops tile_dot(Algorithm &algorithm, const Tile &tile, int channels, int columns,
                  const std::vector<VarOrRVar> &for_each_panel, const std::vector<VarOrRVar> &outermost) {
    Func dst = algorithm.func("dst"), acc = algorithm.func("acc");
    std::vector<Func> stages = {acc};
    const int mr = tile.at("mr"), panel_channels = tile.at("nv") * word_lanes, xb = tile.at("xb");
    Var c("c"), x("x"), block("block"), xo("xo"), xi("xi");

    dst.split(x, block, x, xb, overlapping_tail(columns, xb)).split(x, xo, xi, mr, overlapping_tail(xb, mr));
    std::vector<VarOrRVar> outer = for_each_panel;
    const bool shares = shares_vectors(algorithm, channels, panel_channels);
    std::vector<VarOrRVar> loops = narrow(dst, shares, channels, panel_channels, mr, outer);
    loops.push_back(xo);
    loops.insert(loops.end(), outer.begin(), outer.end());
    loops.push_back(block);
    loops.insert(loops.end(), outermost.begin(), outermost.end());
    dst.reorder(loops);

    // Values are scaled just before they are narrowed: registers are full of accumulators until then.
    const bool whole_pixels = channels * mr % byte_lanes == 0;
    if (algorithm.funcs.count("scaled") != 0) {
        stages.push_back(algorithm.func("scaled"));
        stages.back().compute_at(dst, !shares ? xi : whole_pixels ? Var("vector") : xo);
    }
    acc.compute_at(dst, xo);
    for (Func stage : stages) {
        stage.bound_extent(c, panel_channels)
            .store_in(MemoryType::Stack)
            .align_bounds(c, word_lanes)
            .vectorize(c, word_lanes)
            .unroll(c)
            .unroll(x);
    }
    sum_products(algorithm, word_lanes);
    if (const int ku = tile.at("ku"); ku > 1) {
        acc.update().unroll(RVar("k"), ku);
    }
    return {LoopLevel(dst, block), shares ? std::nullopt : std::optional<Var>("panel")};
}

namespace {

/// Copies of rows, each as long as whole vectors; they are made of a row that is staged once.
void copy_words(Func words, Func staged, Algorithm &algorithm, const LoopLevel &level) {
    const Var e = words.args()[0], y = words.args()[2];
    words.compute_at(level).store_in(MemoryType::Heap).align_storage(e, byte_lanes).vectorize(e, byte_lanes);
    if (staged.has_update_definition()) {
        stage(staged, algorithm, LoopLevel(words, y), byte_lanes);
        staged.hoist_storage(level); // the memory of one row, taken once
    }
}

} // namespace

void stage_rows(Algorithm &algorithm, const LoopLevel &level, bool in_vtcm) {
    Func staged = algorithm.func("staged");
    const auto words = algorithm.funcs.find("words");
    if (words != algorithm.funcs.end()) {
        copy_words(words->second, staged, algorithm, level);
    } else if (in_vtcm || staged.has_update_definition() || algorithm.at("u8") != 0) {
        stage(staged, algorithm, level, algorithm.vector_bytes);
        staged.store_in(in_vtcm ? MemoryType::VTCM : MemoryType::Heap);
    }
}

void expand_requantise(Algorithm &algorithm) {
    algorithm.passes.push_back(expand_either());
    algorithm.passes.push_back(expand_mul_q31_by_rounding_high());
    algorithm.passes.push_back(narrow_saturated());
}

} // namespace nibble::hexagon
