// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/s16_legalisers.h"

#include <string>

#include "compiler/operators/support/legalise_context.h"

namespace nibble::operators {

bool reads_s16(const Model &model, const Operator &op) {
    if (op.inputs.empty() || op.inputs[0] < 0) {
        return false;
    }
    const Tensor &first = model.tensors.at(op.inputs[0]);
    return first.dtype == DType::s16 && !first.is_constant();
}

Layer refuse_s16_type(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    const std::string suffix = "_s16";
    LegaliseContext context(model, op, findings);
    context.report("type", op.type, op.type.substr(0, op.type.size() - suffix.size()) + ", with s16 activations");
    return {};
}

} // namespace nibble::operators
