// Rows of operators without constants: one lowering, the attributes as they are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/operator_table.h"

namespace nibble::operators {

/// A row of lowering "direct" whose kernel has the layer's attributes, nothing packed and no multiply-accumulates.
OperatorRow constant_free_row(std::string name, decltype(OperatorRow::legalise) legalise,
                              decltype(OperatorRow::reference) reference,
                              decltype(OperatorRow::sample_layers) sample_layers);

/// The same for an elementwise operator.
OperatorRow elementwise_row(std::string name, decltype(OperatorRow::legalise) legalise,
                            decltype(OperatorRow::reference) reference,
                            decltype(OperatorRow::sample_layers) sample_layers);

} // namespace nibble::operators
