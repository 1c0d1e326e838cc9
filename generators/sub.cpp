// Elementwise difference of two s8, u8 or s16 tensors with scales of their own (sub_qs8, sub_qs16).
// SPDX-License-Identifier: Apache-2.0
#include "generators/scaled_pair.h"

namespace nibble {
namespace {

class Sub : public ScaledPair<Sub> {
public:
    static constexpr const char *operator_name = "sub";
    static constexpr int sign = -1;
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Sub, sub)
