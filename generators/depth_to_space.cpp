// The channels of one pixel into blocks of pixels: a copy by strides.
// SPDX-License-Identifier: Apache-2.0
#include "generators/strided_copy.h"

namespace nibble {
namespace {

class DepthToSpace : public StridedCopy<DepthToSpace> {
public:
    static constexpr const char *operator_name = "depth_to_space";
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::DepthToSpace, depth_to_space)
