// Operators whose operands are each an activation or a constant, of types that attributes say.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/operator_table.h"
#include "runtime/reference/element.h"

namespace nibble::operators {

/// Attributes <name>_kind and <name>_bits: a tensor's type as reference::Element has it.
void set_element(const std::string &name, DType, Attributes &);
reference::Element element_of(const Layer &, const std::string &name);

/// Adds an operand: a source where it is an activation, else constant `name`; attribute <name>_constant says which.
/// Operands are added in the order in which their row names them.
void add_operand(Layer &, const std::string &name, const Tensor &);
/// The same for a constant that the model leaves out: so many zeros.
void add_zeros(Layer &, const std::string &name, DType, int64_t elements);

/// The bytes of each operand by its name: of the layer's own constants, and of the sources in the order of `names`.
std::map<std::string, const void *> operand_data(const Layer &, const std::vector<std::string> &names,
                                                 const std::vector<const void *> &src);

/// A row of lowering "direct" with these operands: constants are packed as they are, in the order of `names`, and a
/// kernel has the layer's attributes. The reference takes bytes as the tensors have them, without an s8 view.
OperatorRow operand_row(std::string name, std::vector<std::string> names, decltype(OperatorRow::legalise) legalise,
                        decltype(OperatorRow::reference) reference, decltype(OperatorRow::sample_layers) sample_layers);

/// A tensor of a sample layer: an activation, or a constant of bytes that `seed` draws.
Tensor sample_operand(const std::string &name, DType, std::vector<int64_t> shape, uint32_t seed = 0);
/// A constant of a sample layer with these f32.
Tensor sample_floats(const std::string &name, const std::vector<float> &values);

} // namespace nibble::operators
