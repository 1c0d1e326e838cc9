// SPDX-License-Identifier: Apache-2.0
#include "compiler/pack_plan.h"

#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/depthwise_weights.h"
#include "compiler/operators/support/dot_weights.h"
#include "compiler/operators/support/weight_zero.h"
#include "compiler/target.h"
#include "generators/depthwise_lowering.h"
#include "generators/dot_lowering.h"
#include "runtime/pack.h"

namespace nibble {

namespace {

int64_t offset_of(const PackedLayout &layout, const std::string &name) {
    for (const PackedArray &array : layout.arrays) {
        if (array.name == name) {
            return array.offset;
        }
    }
    return -1;
}

/// Rows, segments and lengths of the weights as runtime/pack.h means them.
void set_weights(const Layer &layer, const std::string &lowering, nibble_pack_plan &plan) {
    if (layer.op == "fully_connected") {
        plan.co = layer.at("n");
        plan.rows = plan.segments = 1;
        plan.length = layer.at("k");
        return;
    }
    plan.co = layer.at("co");
    plan.rows = layer.at("kh");
    plan.segments = layer.at("kw");
    plan.length = 1;
    if (layer.op == "depthwise_conv2d") {
        plan.form = depthwise_form(lowering);
        return;
    }
    plan.length = layer.at("ci");
    if (layer.at("dilation_w") == 1) { // a row of taps is one run of bytes
        plan.length *= plan.segments;
        plan.segments = 1;
    }
}

} // namespace

nibble_pack_plan make_pack_plan(const Layer &layer, const std::string &lowering) {
    nibble_pack_plan plan = {};
    plan.form = NIBBLE_PACK_PANELS;
    set_weights(layer, lowering, plan);
    plan.panel = operators::channel_panel;
    plan.nibbles = weight_bits(lowering) == 4;
    plan.wei_bits = operators::wei_bits(layer);
    if (plan.form == NIBBLE_PACK_PANELS) {
        const DotLowering form = dot_lowering(lowering);
        plan.panel = form.panel;
        plan.flip = form.wei_flip();
        plan.pad = form.pad_nibble();
        plan.products = form.products;
    }
    plan.channels = plan.co;
    if (layer.op == "depthwise_conv2d") {
        plan.channels *= operators::pixels_together(layer, lowering);
    }
    plan.co_padded = nibble_ceil_div(plan.channels, plan.panel) * plan.panel;
    plan.src_offset = operators::folded_zero(layer, lowering);
    plan.dst_zero = layer.at("dst_zero");
    const PackedLayout layout = find_operator(layer.op)->packed_layout(layer, lowering);
    plan.wei = offset_of(layout, "wei");
    plan.bia = offset_of(layout, "bia");
    plan.mul = offset_of(layout, "mul");
    plan.rnd = offset_of(layout, "rnd");
    plan.shr = offset_of(layout, "shr");
    plan.shl = offset_of(layout, "shl");
    return plan;
}

} // namespace nibble
