// Elementwise sum of two s8, u8 or s16 tensors with scales of their own (add_qs8, add_qs16).
// SPDX-License-Identifier: Apache-2.0
#include "generators/scaled_pair.h"

namespace nibble {
namespace {

class Add : public ScaledPair<Add> {
public:
    static constexpr const char *operator_name = "add";
    static constexpr int sign = 1;
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Add, add)
