// A permutation of dimensions: a copy by strides.
// SPDX-License-Identifier: Apache-2.0
#include "generators/strided_copy.h"

namespace nibble {
namespace {

class Transpose : public StridedCopy<Transpose> {
public:
    static constexpr const char *operator_name = "transpose";
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Transpose, transpose)
