// Transposed 2-D convolution with conv2d's instructions: a row of outputs is a convolution for each phase.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/interleave_phases.h"
#include "schedules/x86/channel_requantise.h"
#include "schedules/x86/dot_tile.h"
#include "schedules/x86/schedules.h"
#include "schedules/x86/staging.h"

namespace nibble::x86 {

using namespace Halide;

namespace {

DotShape shape_of(const Attributes &kernel, const TargetFacts &target) {
    const int64_t ci = kernel.at("ci"), taps_w = kernel.at("taps_w");
    DotShape shape = {};
    shape.form = dot_form("transpose_conv2d", target);
    shape.columns = phase_columns(kernel);
    shape.rows = 1;
    shape.panels = (kernel.at("co") + panel_lanes - 1) / panel_lanes;
    shape.groups = kernel.at("stride_w");
    shape.steps = dot_steps(shape.form, taps_w * ci) * kernel.at("taps_h");
    shape.column_elements = ci;
    shape.row_elements = (shape.columns + taps_w) * ci;
    shape.row_step = 1;
    shape.halo_rows = kernel.at("taps_h");
    shape.requantise_instructions = requantise_instructions(kernel, target);
    shape.whole_rows = true;
    return shape;
}

} // namespace

std::vector<Tile> transpose_conv2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(shape_of(kernel, target), target);
}

Tile transpose_conv2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(shape_of(kernel, target), target);
}

void schedule_transpose_conv2d(Algorithm &algorithm, const Tile &tile) {
    Var phase("phase"), y("y"), b("b");
    const auto columns = static_cast<int>(phase_columns(algorithm.parameters));
    schedule_interleaving(algorithm, algorithm.vector_bytes);
    const LoopLevel block = tile_dot(algorithm, tile, algorithm.at("co"), columns, {phase}, {y, b});
    stage(algorithm.func("staged"), algorithm, block);
    expand_requantise(algorithm);
}

} // namespace nibble::x86
