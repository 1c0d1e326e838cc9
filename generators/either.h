// One of two values by a flag that many lanes share, as one named call.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// Name of the call (flag, a, b): a where the flag holds, else b. A pass of the schedule (schedules/expand_either.h)
/// makes it a branch, so that only one of them is computed.
inline constexpr const char *either_name = "nibble_either";

/// `a` where `flag` holds, else `b`; of one type.
inline Halide::Expr either(const Halide::Expr &flag, const Halide::Expr &a, const Halide::Expr &b) {
    return Halide::Internal::Call::make(a.type(), either_name, {flag, a, b}, Halide::Internal::Call::PureExtern);
}

} // namespace nibble
