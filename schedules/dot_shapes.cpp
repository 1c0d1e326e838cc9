// SPDX-License-Identifier: Apache-2.0
#include "schedules/dot_shapes.h"

#include "schedules/interleave_phases.h"

namespace nibble {
namespace {

void set_panels(DotShape &shape, int64_t channels) {
    shape.panels = (channels + shape.form.panel - 1) / shape.form.panel;
    shape.whole_panels = channels % shape.form.panel == 0;
}

} // namespace

DotShape conv2d_shape(const Attributes &kernel, const TargetFacts &target, const DotMachine &machine) {
    const auto at = [&](const char *name) { return kernel.at(name); };
    const int64_t groups = at("groups");
    const bool one_run = at("dilation_w") == 1 && groups == 1;
    const int64_t segments = one_run ? 1 : at("kw");
    const int64_t length = one_run ? at("kw") * at("ci") : at("ci") / groups;
    DotShape shape = {};
    shape.form = dot_form("conv2d", kernel, target);
    shape.machine = machine;
    shape.columns = at("ow");
    shape.rows = at("oh");
    set_panels(shape, at("co") / groups);
    shape.groups = groups;
    shape.run_elements = length;
    shape.steps = dot_steps(shape.form, length) * segments * at("kh");
    shape.column_elements = at("stride_w") * at("ci");
    shape.row_elements = (at("w") + 2 * at("pad_left")) * at("ci");
    shape.row_step = at("stride_h");
    shape.halo_rows = (at("kh") - 1) * at("dilation_h") + 1;
    shape.rows_are_shared = at("kh") > 1;
    shape.whole_rows =
        at("kw") != 1 || at("pad_left") != 0 || length % (shape.form.packed_products() * shape.form.groups) != 0;
    const int64_t read_rows = (at("oh") - 1) * at("stride_h") + shape.halo_rows;
    const int64_t read_columns = (at("ow") - 1) * at("stride_w") + (at("kw") - 1) * at("dilation_w") + 1;
    shape.reads_padding = at("pad_left") != 0 || at("pad_top") != 0 || read_rows > at("h") || read_columns > at("w");
    return shape;
}

DotShape fully_connected_shape(const Attributes &kernel, const TargetFacts &target, const DotMachine &machine) {
    DotShape shape = {};
    shape.form = dot_form("fully_connected", kernel, target);
    shape.machine = machine;
    shape.columns = kernel.at("m");
    shape.rows = 1;
    set_panels(shape, kernel.at("n"));
    shape.groups = 1;
    shape.run_elements = kernel.at("k");
    shape.steps = dot_steps(shape.form, shape.run_elements);
    shape.column_elements = shape.steps * shape.form.products * shape.form.groups;
    shape.row_elements = shape.column_elements * shape.columns;
    shape.row_step = 1;
    shape.halo_rows = 1;
    shape.rows_are_shared = true;
    return shape;
}

DotShape transpose_conv2d_shape(const Attributes &kernel, const TargetFacts &target, const DotMachine &machine) {
    const int64_t ci = kernel.at("ci"), taps_w = kernel.at("taps_w");
    DotShape shape = {};
    shape.form = dot_form("transpose_conv2d", kernel, target);
    shape.machine = machine;
    shape.columns = phase_columns(kernel);
    shape.rows = 1;
    set_panels(shape, kernel.at("co"));
    shape.groups = kernel.at("stride_w");
    shape.run_elements = taps_w * ci;
    shape.steps = dot_steps(shape.form, shape.run_elements) * kernel.at("taps_h");
    shape.column_elements = ci;
    shape.row_elements = (shape.columns + taps_w) * ci;
    shape.row_step = 1;
    shape.halo_rows = kernel.at("taps_h");
    shape.whole_rows = true;
    return shape;
}

} // namespace nibble
