// Rows of operators that take one byte to another: whatever they mean, their kernel looks results up in a table of 256.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "compiler/operator_table.h"
#include "compiler/operators/support/legalise_context.h"

namespace nibble::operators {

/// The tensors of an operator that takes each byte of its source to one of the same type.
struct LookupTensors {
    const Tensor *src = nullptr, *dst = nullptr;
    TensorQuantization src_q, dst_q;
};

/// Reads them; what does not fit is reported, and context.ok() false.
LookupTensors lookup_tensors(LegaliseContext &);
/// The layer of those tensors with the operator's own attributes, "elements" and "u8".
Layer lookup_layer(const LegaliseContext &, const LookupTensors &, Attributes);

/// A row of kernel "lookup", elementwise, whose packed array "table" has dst's byte for each byte of src: what
/// `reference`, which has to be a function of each byte alone, gives for it.
/// `takes_bytes`: OperatorRow's.
OperatorRow lookup_row(std::string name, decltype(OperatorRow::legalise) legalise,
                       decltype(OperatorRow::reference) reference, decltype(OperatorRow::sample_layers) sample_layers,
                       bool takes_bytes = false);

/// One sample layer of operator `op` a list of attributes and number of elements, and a u8 one of the last.
std::vector<Layer> lookup_samples(const char *op, Rounding,
                                  const std::vector<std::pair<int64_t, Attributes>> &elements_and_attributes);

} // namespace nibble::operators
