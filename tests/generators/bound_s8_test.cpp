// bound_s8 on every value, between bounds of every kind.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "generators/requantize_q31.h"

namespace nibble {
namespace {

TEST(BoundS8, LeavesTwoNumbersAsItLeavesMore) {
    for (const int lo : {-128, -127, -126, -2, -1, 0, 1, 12, 125, 126}) {
        for (const int hi : {lo, lo + 1, std::min(lo + 2, 127)}) {
            Halide::Var x("x");
            Halide::Func bounded("bounded");
            bounded(x) = bound_s8(Halide::cast<int8_t>(x), lo, hi);
            Halide::Buffer<int8_t> found(256);
            found.set_min(-128);
            bounded.realize(found);
            for (int value = -128; value <= 127; ++value) {
                ASSERT_EQ(found(value), std::clamp(value, lo, hi)) << value << " in [" << lo << ", " << hi << "]";
            }
        }
    }
}

} // namespace
} // namespace nibble
