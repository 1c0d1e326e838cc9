// SPDX-License-Identifier: Apache-2.0
#include "schedules/dot_prediction.h"

#include <algorithm>
#include <numeric>

#include "schedules/dot_counts.h"

namespace nibble {
namespace {

/// Of the nearest memory, what stays there beside all that passes.
constexpr double kept_share = 0.75;

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

/// A layer's tile in numbers.
struct Counts {
    double strips;
    double tiles;    ///< of a strip
    double pixels;   ///< of a tile
    int64_t across;  ///< vectors of accumulators of a pixel
    double steps;    ///< of a tile
    int64_t staged;  ///< bytes of a strip's source
    int64_t panels;  ///< bytes of the weights that a tile's panels have
    int64_t weights; ///< bytes of all
};

Counts counts_of(const DotShape &shape, const TargetFacts &target, const Tile &tile) {
    const int64_t mr = tile.at("mr"), nv = tile.at("nv"), xb = tile.at("xb"), yb = tile.at("yb"),
                  parts = parts_of(tile);
    Counts counts = {};
    counts.strips = static_cast<double>(ceil_div(shape.columns, xb) * ceil_div(shape.rows, yb));
    const auto passes = static_cast<double>(ceil_div(shape.panels, nv) * shape.groups);
    counts.tiles = static_cast<double>(ceil_div(xb, mr) * parts * yb) * passes;
    counts.pixels = static_cast<double>(mr);
    counts.across = nv * panel_vectors(shape, target) / parts;
    counts.steps = static_cast<double>(shape.steps);
    counts.staged = staged_bytes(shape, xb, yb);
    counts.panels = nv * panel_bytes(shape);
    counts.weights = weight_bytes(shape);
    return counts;
}

/// The nearest memory that holds `bytes`, else the last; nullptr where the target names none.
const MemoryLevel *level_of(const TargetFacts &target, int64_t bytes) {
    for (const MemoryLevel &level : target.memory) {
        if (level.bytes == 0 || level.bytes >= bytes) {
            return &level;
        }
    }
    return target.memory.empty() ? nullptr : &target.memory.back();
}

double number(int64_t value) { return static_cast<double>(value); }

int64_t nearest_bytes(const TargetFacts &target) { return target.memory.empty() ? 0 : target.memory.front().bytes; }

/// Adds bytes that come from the nearest memory that holds `held` of them.
void add_reads(Prediction &prediction, const TargetFacts &target, double bytes, int64_t held) {
    if (const MemoryLevel *level = level_of(target, held)) {
        prediction.bytes[level->name] += bytes;
        prediction.memory.push_back({level->name + " read", bytes / level->bytes_per_cycle});
    }
}

/// How many tiles' chains of sums run at the same time.
double tiles_in_flight(const DotMachine &machine, const Counts &counts, double tile_products) {
    const double weights = counts.steps * number(counts.across);
    const double requantise = counts.pixels * number(counts.across) * machine.requantise_instructions;
    return std::max(1.0, machine.window / (tile_products + weights + requantise));
}

/// Cycles of a source word: more where the tile's pixels lie so many pages apart that the nearest cache, whose ways are
/// a page each, has no room for all their lines at once. They then come from the next level, each with its line.
double source_load_cycles(const DotShape &shape, const TargetFacts &target, int64_t mr) {
    constexpr int64_t page = 4096, line = 64;
    const int64_t stride = shape.column_elements * shape.form.src_bytes;
    const int64_t places = page / std::gcd(std::max(stride, line), page), ways = nearest_bytes(target) / page;
    const double lines = number(ceil_div(mr, places));
    const double near = shape.machine.source_load_cycles;
    if (shape.machine.window == 0 || target.memory.size() < 2 || lines < number(ways)) {
        return near;
    }
    return near + line / target.memory[1].bytes_per_cycle * lines / number(ways);
}

void add_steps(Prediction &prediction, const DotShape &shape, const TargetFacts &target, const Counts &counts,
               const Tile &tile) {
    const DotMachine &machine = shape.machine;
    const int elements = machine.source_by_element ? element_steps(shape.form, shape.steps) : 1;
    const double source_loads = counts.pixels / elements;
    const double weight_loads = number(weight_vectors(shape.form, counts.across)) /
                                (models_nibbles(shape.form, machine) ? number(weights_of_byte(shape.form)) : 1);
    // A tile reads its pixels again for every panel: from the nearest memory if they stay there beside the panel.
    const double crowded = counts.staged + counts.panels > nearest_bytes(target) ? 1.03 : 1.0;
    const double steps = counts.strips * counts.tiles * counts.steps;
    const double tile_products = counts.steps * counts.pixels * number(counts.across);
    prediction.instructions["loads"] = steps * (source_loads + weight_loads);
    prediction.instructions["products"] = counts.strips * counts.tiles * tile_products;
    prediction.overlapping = {
        {"products", crowded * steps * product_cycles(shape.form, machine, tile.at("mr"), counts.across)},
        {"loads", crowded * steps *
                      (source_loads * source_load_cycles(shape, target, tile.at("mr")) +
                       weight_loads * machine.weight_load_cycles)},
        {"accumulators", steps * machine.dot_latency / tiles_in_flight(machine, counts, tile_products)},
    };
}

void add_rest(Prediction &prediction, const DotShape &shape, const TargetFacts &target, const Counts &counts,
              const Tile &tile) {
    const DotMachine &machine = shape.machine;
    const double tiles = counts.strips * counts.tiles;
    const double requantise =
        tiles * counts.pixels * number(counts.across) * requantise_instructions(machine, target, tile, counts.across);
    const double staged = counts.strips * number(counts.staged) / target.vector_bytes;
    const bool is_far = 2 * counts.staged > nearest_bytes(target);
    prediction.instructions["requantise"] = requantise;
    prediction.instructions["staging"] = staged;
    prediction.added = {
        {"requantise", requantise / machine.instructions_per_cycle},
        {"tiles", tiles * machine.tile_cycles},
        {"staging", staged * (machine.staging_cycles + (is_far ? machine.far_staging_cycles : 0))},
        {"strips", counts.strips * machine.strip_cycles},
    };
}

} // namespace

void add_weight_reads(Prediction &prediction, const DotShape &shape, const TargetFacts &target, const Tile &tile) {
    const Counts counts = counts_of(shape, target, tile);
    add_reads(prediction, target, counts.strips * number(counts.weights), counts.weights);
    if (number(counts.panels) > kept_share * number(nearest_bytes(target))) {
        add_reads(prediction, target, counts.strips * counts.tiles * number(counts.panels), counts.panels);
    }
}

Prediction predict_dot(const DotShape &shape, const TargetFacts &target, const Tile &tile) {
    const Counts counts = counts_of(shape, target, tile);
    Prediction prediction;
    add_steps(prediction, shape, target, counts, tile);
    add_rest(prediction, shape, target, counts, tile);
    add_weight_reads(prediction, shape, target, tile);
    return prediction;
}

} // namespace nibble
