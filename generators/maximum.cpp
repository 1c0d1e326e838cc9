// The larger of two s8, u8 or s16 tensors of one scale, element by element (maximum_s8, maximum_s16).
// SPDX-License-Identifier: Apache-2.0
#include "generators/binary.h"

namespace nibble {
namespace {

class Maximum : public Binary<Maximum> {
public:
    static constexpr const char *operator_name = "maximum";

    void generate() {
        dst(i, j, k, l) = s8_view(Halide::max(operand(0), operand(1)));
        finish();
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Maximum, maximum)
