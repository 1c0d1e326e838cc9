// Blocks of pixels into the channels of one pixel: a copy by strides.
// SPDX-License-Identifier: Apache-2.0
#include "generators/strided_copy.h"

namespace nibble {
namespace {

class SpaceToDepth : public StridedCopy<SpaceToDepth> {
public:
    static constexpr const char *operator_name = "space_to_depth";
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::SpaceToDepth, space_to_depth)
