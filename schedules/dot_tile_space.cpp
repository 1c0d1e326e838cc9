// SPDX-License-Identifier: Apache-2.0
#include "schedules/dot_tile.h"

#include <algorithm>
#include <limits>

#include "schedules/dot_counts.h"
#include "schedules/dot_prediction.h"

namespace nibble {
namespace {

constexpr int most_panels = 8; // more leave fewer than four pixels to share a weight

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

Tile preferred_dot_tile(const DotShape &shape, const TargetFacts &target, const std::vector<Tile> &tiles) {
    return cheapest(tiles, [&](const Tile &tile) { return predict_dot(shape, target, tile).cycles(); });
}

} // namespace nibble
