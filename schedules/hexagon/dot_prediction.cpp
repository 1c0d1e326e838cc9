// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/dot_prediction.h"

#include <algorithm>

#include "schedules/dot_counts.h"
#include "schedules/dot_prediction.h"
#include "schedules/hexagon/vtcm.h"

namespace nibble::hexagon {
namespace {

constexpr int64_t word_lanes = 32, byte_lanes = 128;

// Fitted to some random tiles of each layer of tests/data/layers.csv under the emulator (docs/tuning.md).
constexpr double instructions_of_packet = 3.3;
constexpr double step_instructions = 4;        // the loop's end and the pointers that every tile has
constexpr double far_panel_instructions = 1.5; // a panel whose weights no immediate reaches from another's
constexpr double far_pixel_instructions = 0.5; // a pixel likewise
constexpr double spilled_packets = 2;          // of a step, for each accumulator too many
constexpr int64_t most_accumulators = 28;
constexpr double requantise_packets = 2.75; // 11 for four vectors
constexpr double tile_packets = 12, strip_packets = 400, staged_packets = 6;

double number(int64_t value) { return static_cast<double>(value); }

/// Packets of a step's pointers. Steps that are unrolled share them.
double pointer_instructions(const DotShape &shape, const Tile &tile) {
    constexpr int64_t panel_reach = 1 << 15, pixel_reach = 3072;
    const int64_t mr = tile.at("mr"), nv = tile.at("nv");
    const bool far_panels = nv > 1 && !staged_operands(tile).weights && panel_bytes(shape) >= panel_reach;
    const bool far_pixels = (mr - 1) * shape.column_elements > pixel_reach;
    const double instructions = step_instructions + (far_panels ? far_panel_instructions * number(nv) : 0) +
                                (far_pixels ? far_pixel_instructions * number(mr) : 0);
    return instructions / tile.at("ku");
}

/// Packets in which a pixel's results are narrowed beside requantisation: of fewer panels than fill a vector of bytes
/// parts are stored, each by way of the whole vector, or put together from several pixels.
double part_packets(const DotShape &shape, int64_t nv) {
    constexpr double one_panel = 60, two_panels = 8, shared_vector = 40;
    if (nv * word_lanes % byte_lanes == 0) {
        return 0;
    }
    const bool shares = nv == shape.panels && byte_lanes % (shape.panels * word_lanes) == 0 && !shape.whole_panels;
    return shares ? shared_vector : nv == 2 ? two_panels : one_panel;
}

} // namespace

Prediction predict_dot(const DotShape &shape, const TargetFacts &target, const Tile &tile) {
    const int64_t mr = tile.at("mr"), nv = tile.at("nv"), xb = tile.at("xb"), yb = tile.at("yb");
    const double strips = number(ceil_div(shape.columns, xb) * ceil_div(shape.rows, yb));
    const double tiles = strips * number(ceil_div(xb, mr) * yb * ceil_div(shape.panels, nv) * shape.groups);
    const double steps = tiles * number(shape.steps);
    const double unpack = models_nibbles(shape.form, shape.machine)
                              ? shape.machine.unpack_cycles * number(nv) + shape.machine.unpack_wait
                              : 0;
    const double instructions = number(mr * nv + mr + nv) + pointer_instructions(shape, tile);
    const double spilled = spilled_packets * number(std::max<int64_t>(0, mr * nv - most_accumulators));
    const double staged = strips * number(staged_bytes(shape, xb, yb)) / byte_lanes;
    const double copied = staged_operands(tile).weights ? strips * number(weight_bytes(shape)) / byte_lanes : 0;
    Prediction prediction;
    prediction.instructions = {{"products", steps * number(mr * nv)},
                               {"loads", steps * number(mr + nv)},
                               {"requantise", tiles * number(mr * nv) * shape.machine.requantise_instructions},
                               {"staging", staged + copied}};
    prediction.overlapping = {{"products", steps * (number(mr * nv) / 2 + unpack)},
                              {"loads", steps * number(nv)}, // one of a vector in a packet
                              {"issue", steps * instructions / instructions_of_packet}};
    prediction.added = {
        {"requantise", tiles * number(mr) * (number(nv) * requantise_packets + part_packets(shape, nv))},
        {"spills", steps * spilled},
        {"tiles", tiles * tile_packets},
        {"staging", staged * staged_packets + copied},
        {"strips", strips * strip_packets}};
    add_weight_reads(prediction, shape, target, tile);
    return prediction;
}

} // namespace nibble::hexagon
