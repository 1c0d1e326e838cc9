// The smaller of two s8, u8 or s16 tensors of one scale, element by element (minimum_s8, minimum_s16).
// SPDX-License-Identifier: Apache-2.0
#include "generators/binary.h"

namespace nibble {
namespace {

class Minimum : public Binary<Minimum> {
public:
    static constexpr const char *operator_name = "minimum";

    void generate() {
        dst(i, j, k, l) = s8_view(Halide::min(operand(0), operand(1)));
        finish();
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Minimum, minimum)
