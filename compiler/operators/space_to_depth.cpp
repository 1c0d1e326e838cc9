// space_to_depth: blocks of pixels into the channels of one pixel, of whole bytes.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/space_to_depth.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/block_depth.h"
#include "compiler/operators/support/constant_free.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const MovedTensors tensors = moved_tensors(context);
    return legalise_block_depth(context, tensors, tensors.src, tensors.dst);
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::space_to_depth(block_depth_parameters(layer), src[0], dst[0]);
}

Attributes kernel_parameters(const Layer &layer, const std::string &) { return block_depth_copy(layer, false); }

std::vector<Layer> sample_layers() { return block_depth_samples("space_to_depth", true); }

} // namespace

OperatorRow space_to_depth_row() {
    OperatorRow row = constant_free_row("space_to_depth", legalise, run_reference, sample_layers);
    row.kernel_parameters = kernel_parameters;
    return row;
}

} // namespace nibble::operators
