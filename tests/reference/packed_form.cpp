// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/packed_form.h"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

namespace nibble::test {
namespace {

int64_t in_s32(int64_t value) {
    EXPECT_GE(value, std::numeric_limits<int32_t>::min());
    EXPECT_LE(value, std::numeric_limits<int32_t>::max());
    return value;
}

} // namespace

int64_t apply_packed_form(const operators::ChannelForm &form, int64_t sign, int32_t acc) {
    const int64_t shifted = in_s32(int64_t{acc} * (int64_t{1} << form.shl));
    const int64_t product = in_s32((shifted * form.mul + (int64_t{1} << 30)) >> 31);
    const int64_t negative = acc < 0 ? -1 : 0;
    const int64_t correction = sign == sign_never    ? 0
                               : sign == sign_always ? negative
                                                     : std::max<int64_t>(negative, -form.shr);
    return in_s32(in_s32(product + correction) + form.rnd) >> form.shr;
}

int64_t apply_single_form(const operators::ChannelForm &form, int32_t acc) {
    const int64_t shifted = in_s32(int64_t{acc} * (int64_t{1} << form.shl));
    return in_s32(in_s32((shifted * form.mul) >> 31) + form.rnd) >> form.shr;
}

} // namespace nibble::test
