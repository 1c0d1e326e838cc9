// average_pool2d: s8, u8 or s16, source and destination quantised alike.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/average_pool2d.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/pool.h"
#include "generators/rounded_division.h"

namespace nibble::operators {
namespace {

/// Sums of so many values, and the half that rounds them, fit s32, and kernels divide them exactly.
int64_t most_window_pixels(const Layer &layer) {
    return layer.at("bits") == 16 ? RoundedDivision::most_s16_count : RoundedDivision::most_count;
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    Layer layer = legalise_pool(context);
    if (context.ok() && layer.at("kh") * layer.at("kw") > most_window_pixels(layer)) {
        context.report("attribute 'kernel'", context.attribute("kernel").dump(),
                       fmt::format("at most {} pixels", most_window_pixels(layer)));
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const reference::AveragePool2d p{pool_parameters(layer), layer.at("u8") != 0};
    if (layer.at("bits") == 16) {
        reference::average_pool2d(p, static_cast<const int16_t *>(src[0]), static_cast<int16_t *>(dst[0]));
    } else {
        reference::average_pool2d(p, static_cast<const int8_t *>(src[0]), static_cast<int8_t *>(dst[0]));
    }
}

std::vector<Layer> sample_layers() { return pool_samples("average_pool2d"); }

} // namespace

OperatorRow average_pool2d_row() { return constant_free_row("average_pool2d", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
