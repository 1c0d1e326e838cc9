// max_pool2d: s8, u8 or s16, source and destination quantised alike.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/max_pool2d.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/pool.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    return legalise_pool(context);
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const reference::Pool2d p = pool_parameters(layer);
    if (layer.at("bits") == 16) {
        reference::max_pool2d(p, static_cast<const int16_t *>(src[0]), static_cast<int16_t *>(dst[0]));
    } else {
        reference::max_pool2d(p, static_cast<const int8_t *>(src[0]), static_cast<int8_t *>(dst[0]));
    }
}

std::vector<Layer> sample_layers() { return pool_samples("max_pool2d"); }

} // namespace

OperatorRow max_pool2d_row() { return constant_free_row("max_pool2d", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
