// SPDX-License-Identifier: Apache-2.0
#include "schedules/dot_tile.h"

#include <algorithm>
#include <limits>

namespace nibble {
namespace {

constexpr int most_panels = 8;         // more leave fewer than four pixels to share a weight
constexpr double staging_cycles = 1.5; // a vector: load, flip the sign bit or widen, store
constexpr double strip_cycles = 50;    // loop set-up of a strip

/// vpdpbusd and sdot multiply and add; vpmaddwd needs vpaddd, and its weights are widened first.
bool is_fused(const DotLowering &form) { return form.products == 4; }

/// smull and smlal multiply into lanes of s16, whose pairs sadalp adds up.
bool has_halves(const DotLowering &form) { return form.products == 2 && form.src_bytes == 1; }

int64_t weights_of_byte(const DotLowering &form) { return form.packs_nibbles() ? 2 : 1; }

/// Vectors of a panel.
int64_t panel_vectors(const DotShape &shape, const TargetFacts &target) {
    return shape.form.panel * 4 / target.vector_bytes;
}

/// Vectors of a step's weights beside `across` vectors of accumulators: bytes fill them, or are widened first.
int64_t weight_vectors(const DotLowering &form, int64_t across) {
    return has_halves(form) ? across * form.groups / 2 : across;
}

/// Whether the machine says what 4-bit weights cost.
bool models_nibbles(const DotLowering &form, const DotMachine &machine) {
    return form.packs_nibbles() && machine.unpack_cycles > 0;
}

/// Vectors beside a step's weights: the nibbles of the bytes' other step and, where more than accumulators and weights
/// is in vectors, what masks them.
int64_t nibble_vectors(const DotShape &shape, int64_t across) {
    return models_nibbles(shape.form, shape.machine) ? across + (shape.machine.scalar_source ? 0 : 1) : 0;
}

/// Accumulators, the weights of a panel, the source (a broadcast, or a vector of each pixel's), and the product where
/// it is added apart.
bool fits_registers(const DotShape &shape, const TargetFacts &target, int64_t mr, int64_t nv, int parts = 1) {
    const int64_t vectors = nv * panel_vectors(shape, target) / parts;
    if (shape.form.s16_steps > 0) { // sums in s16 stand beside the accumulators
        return 2 * mr * vectors + vectors + 1 <= target.vector_registers;
    }
    const int64_t source = shape.machine.scalar_source ? 0 : shape.machine.source_by_element ? mr : 1;
    // Of halves LLVM begins the products of several steps together; with fewer registers left it spills.
    const int64_t apart = is_fused(shape.form) ? 0 : has_halves(shape.form) ? 12 : 1;
    return mr * vectors + weight_vectors(shape.form, vectors) + nibble_vectors(shape, vectors) + source + apart <=
           target.vector_registers;
}

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Bytes a cycle from the nearest memory that holds `bytes`.
double bandwidth(const TargetFacts &target, int64_t bytes) {
    for (const MemoryLevel &level : target.memory) {
        if (level.bytes == 0 || level.bytes >= bytes) {
            return level.bytes_per_cycle;
        }
    }
    return target.memory.empty() ? std::numeric_limits<double>::infinity() : target.memory.back().bytes_per_cycle;
}

int64_t staged_bytes(const DotShape &shape, int64_t xb, int64_t yb) {
    const int64_t rows = (yb - 1) * shape.row_step + shape.halo_rows;
    return rows * (shape.whole_rows ? shape.row_elements : xb * shape.column_elements) * shape.form.src_bytes;
}

int64_t weight_bytes(const DotShape &shape) { return shape.groups * shape.panels * panel_bytes(shape); }

/// Modelled cycles of a step's products on `across` vectors of `mr` pixels.
double product_cycles(const DotLowering &form, const DotMachine &machine, int64_t mr, int64_t across) {
    const auto pixels = static_cast<double>(mr), vectors = pixels * static_cast<double>(across);
    if (form.s16_steps > 0) { // a product and a sum; each block's, and of a step's weights two and a half
        const double block = 2.0 / form.s16_steps, nibbles = 2.5 * static_cast<double>(across);
        return ((2 + block) * vectors + nibbles) / machine.instructions_per_cycle;
    }
    if (models_nibbles(form, machine)) {
        return vectors / machine.instructions_per_cycle + machine.unpack_cycles * static_cast<double>(across) +
               machine.unpack_wait;
    }
    if (is_fused(form)) {
        return vectors / machine.instructions_per_cycle;
    }
    if (has_halves(form)) { // each group's word is spread over a vector
        const double spread = pixels * form.groups, halves = vectors * form.groups;
        return std::max((spread + halves + vectors) / machine.instructions_per_cycle,
                        halves / machine.halves_per_cycle);
    }
    return (2 * vectors + static_cast<double>(across)) / machine.instructions_per_cycle;
}

/// Of a vector of outputs: where accumulators and constants leave no register, some are moved out of the way, and the
/// vector of a quarter of a panel is narrowed alone.
double requantise_instructions(const DotMachine &machine, const TargetFacts &target, const Tile &tile, int64_t across) {
    const bool crowded = (tile.at("mr") + machine.requantise_constants) * across >= target.vector_registers;
    return machine.requantise_instructions + (crowded ? 1 : 0) + (parts_of(tile) > 2 ? 1 : 0);
}

/// Modelled cycles of the layer: arithmetic or the weights' way to the core, whichever is longer, and what stands
/// beside it.
double cycles(const DotShape &shape, const TargetFacts &target, const Tile &tile) {
    const int64_t mr = tile.at("mr"), nv = tile.at("nv"), xb = tile.at("xb"), yb = tile.at("yb");
    const int64_t strips = ceil_div(shape.columns, xb) * ceil_div(shape.rows, yb);
    const int64_t parts = parts_of(tile),
                  tiles = ceil_div(xb, mr) * ceil_div(shape.panels, nv) * parts * shape.groups * yb;
    const DotMachine &machine = shape.machine;
    const int64_t across = nv * panel_vectors(shape, target) / parts;
    const auto vectors = static_cast<double>(mr * across);
    const double source_loads =
        static_cast<double>(mr) / (machine.source_by_element ? element_steps(shape.form, shape.steps) : 1);
    const double weight_loads = static_cast<double>(weight_vectors(shape.form, across)) /
                                (models_nibbles(shape.form, machine) ? weights_of_byte(shape.form) : 1);
    const double loads = source_loads + weight_loads;
    const double step = std::max(
        {product_cycles(shape.form, machine, mr, across), loads / machine.loads_per_cycle, machine.dot_latency});
    const double requantise =
        vectors * requantise_instructions(machine, target, tile, across) / machine.instructions_per_cycle;
    const double arithmetic =
        static_cast<double>(tiles) * (static_cast<double>(shape.steps) * step + requantise + machine.tile_cycles);
    const double weights = static_cast<double>(weight_bytes(shape)) / bandwidth(target, weight_bytes(shape));
    const int64_t staged = staged_bytes(shape, xb, yb);
    // A tile reads its pixels again for every panel: from L1 if they stay there beside the panel.
    const int64_t l1 = target.memory.empty() ? 0 : target.memory.front().bytes;
    const double crowded = staged + nv * panel_bytes(shape) > l1 ? 1.03 : 1.0;
    const double staging = static_cast<double>(staged) / target.vector_bytes * staging_cycles;
    return static_cast<double>(strips) * (std::max(arithmetic * crowded, weights) + staging + strip_cycles);
}

/// The same with the cycles in which a strip's results go back and forth between L1 and the next level: panels narrower
/// than a line write parts of it in passes of their own. A shorter strip avoids that and reads the weights more often,
/// so it is left out of account where they don't stay in L1.
double cycles_with_results(const DotShape &shape, const TargetFacts &target, const Tile &tile) {
    constexpr int64_t line = 64;
    const int64_t nv = tile.at("nv"), xb = tile.at("xb"), yb = tile.at("yb");
    const int64_t kept = target.memory.empty() ? 0 : target.memory.front().bytes / 2;
    const int64_t results = xb * yb * shape.panels * shape.groups * shape.form.panel;
    const bool whole_lines = nv * shape.form.panel % line == 0 || nv == shape.panels;
    const double others = cycles(shape, target, tile);
    if (whole_lines || results <= kept || weight_bytes(shape) > kept) {
        return others;
    }
    const int64_t strips = ceil_div(shape.columns, xb) * ceil_div(shape.rows, yb);
    const int64_t passes = ceil_div(shape.panels, nv) * shape.groups;
    return others + 2 * static_cast<double>(strips * passes * results) / bandwidth(target, results);
}

/// Block sizes of a row: whole, and whole tiles.
std::vector<int64_t> column_blocks(const DotShape &shape, int64_t mr) {
    std::vector<int64_t> blocks = {shape.columns};
    if (!shape.whole_rows) {
        for (int64_t tiles = 1; tiles * mr < shape.columns; tiles *= 2) {
            blocks.push_back(tiles * mr);
        }
    }
    return blocks;
}

/// Strip heights: powers of two, and those that divide the rows.
std::vector<int64_t> row_blocks(const DotShape &shape) {
    std::vector<int64_t> blocks;
    for (int64_t yb = 1; yb <= shape.rows; yb++) {
        if ((yb & (yb - 1)) == 0 || shape.rows % yb == 0) {
            blocks.push_back(yb);
        }
    }
    return blocks;
}

/// Adds the tile with every size of block up to so many bytes.
void add_blocks(const DotShape &shape, int64_t most_bytes, Tile tile, std::vector<Tile> &tiles) {
    for (const int64_t xb : column_blocks(shape, tile.at("mr"))) {
        for (const int64_t yb : row_blocks(shape)) {
            tile["xb"] = static_cast<int>(xb);
            tile["yb"] = static_cast<int>(yb);
            if (holds_block(most_bytes, shape, tile)) {
                tiles.push_back(tile);
            }
        }
    }
}

/// The most pixels whose accumulators of one whole panel fit.
int64_t widest_tile(const DotShape &shape, const TargetFacts &target) {
    int64_t mr = 1;
    while (fits_registers(shape, target, mr + 1, 1)) {
        mr++;
    }
    return mr;
}

/// Adds tiles of a part of a panel and more pixels than a larger one leaves registers for. Whole panels read the source
/// once: halves are for columns that only so many pixels divide, and for lanes that have two sums; they and quarters
/// for nibbles, which more pixels share.
void add_parts(const DotShape &shape, const TargetFacts &target, int64_t most_block_bytes, std::vector<Tile> &tiles) {
    const bool nibbles = models_nibbles(shape.form, shape.machine);
    const bool any_columns = shape.form.s16_steps > 0 || nibbles;
    int64_t widest = widest_tile(shape, target);
    if (!any_columns && (shape.columns % widest == 0 || shape.columns % std::max<int64_t>(widest - 1, 1) == 0)) {
        return; // most registers have accumulators then
    }
    for (int parts = 2; parts <= (nibbles ? panel_vectors(shape, target) : 2); parts *= 2) {
        for (int64_t mr = widest + 1; mr <= shape.columns && fits_registers(shape, target, mr, 1, parts); mr++) {
            if (any_columns || shape.columns % mr == 0) {
                add_blocks(shape, most_block_bytes, {{"mr", static_cast<int>(mr)}, {"nv", 1}, {"parts", parts}}, tiles);
            }
            widest = mr;
        }
    }
}

} // namespace

DotLowering dot_form(const char *op, const Attributes &kernel, const TargetFacts &target) {
    const auto bits = kernel.find("wei_bits");
    return dot_lowering(*target.lowering_of(op, bits == kernel.end() ? 8 : bits->second), kernel);
}

int64_t panel_bytes(const DotShape &shape) {
    const int64_t products = shape.steps * shape.form.products * shape.form.groups * shape.form.panel;
    return products / weights_of_byte(shape.form);
}

int64_t dot_steps(const DotLowering &form, int64_t length) {
    return ceil_div(length, form.packed_products() * form.groups) * weights_of_byte(form);
}

int64_t block_src_bytes(const DotShape &shape, const Tile &tile) {
    return staged_bytes(shape, tile.at("xb"), tile.at("yb"));
}

bool holds_block(int64_t most_bytes, const DotShape &shape, const Tile &tile) {
    const bool is_least = tile.at("yb") == 1 && tile.at("xb") <= (shape.whole_rows ? shape.columns : tile.at("mr"));
    return is_least || block_src_bytes(shape, tile) <= most_bytes;
}

int64_t most_cached_block(const TargetFacts &target) {
    const MemoryLevel *cache = target.second_level();
    return cache != nullptr ? cache->bytes / 2 : std::numeric_limits<int64_t>::max();
}

std::vector<Tile> dot_tiles(const DotShape &shape, const TargetFacts &target) {
    return dot_tiles(shape, target, most_cached_block(target));
}

std::vector<Tile> dot_tiles(const DotShape &shape, const TargetFacts &target, int64_t most_block_bytes) {
    std::vector<Tile> tiles;
    for (int64_t nv = 1; nv <= std::min<int64_t>(shape.panels, most_panels); nv++) {
        if (shape.panels % nv != 0) {
            continue; // the packed constants end with the last panel
        }
        for (int64_t mr = 1; mr <= shape.columns && fits_registers(shape, target, mr, nv); mr++) {
            add_blocks(shape, most_block_bytes, {{"mr", static_cast<int>(mr)}, {"nv", static_cast<int>(nv)}}, tiles);
        }
    }
    if (shape.machine.part_panels && shape.whole_panels && is_fused(shape.form)) {
        for (Tile &tile : tiles) {
            tile["parts"] = 1;
        }
        add_parts(shape, target, most_block_bytes, tiles);
    }
    return tiles;
}

Tile preferred_dot_tile(const DotShape &shape, const TargetFacts &target) {
    return preferred_dot_tile(shape, target, dot_tiles(shape, target));
}

Tile preferred_dot_tile(const DotShape &shape, const TargetFacts &target, std::vector<Tile> tiles) {
    const auto best = [&](double (*cost)(const DotShape &, const TargetFacts &, const Tile &)) {
        return *std::min_element(tiles.begin(), tiles.end(), [&](const Tile &a, const Tile &b) {
            return cost(shape, target, a) < cost(shape, target, b);
        });
    };
    const Tile first = best(cycles);
    tiles.erase(std::remove_if(tiles.begin(), tiles.end(),
                               [&](const Tile &tile) {
                                   return tile.at("mr") != first.at("mr") || tile.at("nv") != first.at("nv");
                               }),
                tiles.end());
    return best(cycles_with_results);
}

} // namespace nibble
