// depth_to_space: the channels of one pixel into blocks of pixels, of whole bytes.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/depth_to_space.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/block_depth.h"
#include "compiler/operators/support/constant_free.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const MovedTensors tensors = moved_tensors(context);
    return legalise_block_depth(context, tensors, tensors.dst, tensors.src);
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::depth_to_space(block_depth_parameters(layer), src[0], dst[0]);
}

Attributes kernel_parameters(const Layer &layer, const std::string &) { return block_depth_copy(layer, true); }

std::vector<Layer> sample_layers() { return block_depth_samples("depth_to_space", false); }

} // namespace

OperatorRow depth_to_space_row() {
    OperatorRow row = constant_free_row("depth_to_space", legalise, run_reference, sample_layers);
    row.kernel_parameters = kernel_parameters;
    return row;
}

} // namespace nibble::operators
