// SPDX-License-Identifier: Apache-2.0
#include "generators/requantise_one.h"

#include "generators/opaque.h"
#include "generators/requantise_kind.h"
#include "generators/requantize_q31.h"

namespace nibble {

using namespace Halide;

Expr requantise_one(Expr acc, const Attributes &kernel) {
    const auto at = [&](const char *name) { return static_cast<int>(kernel.at(name)); };
    if (at("shl") != 0) {
        acc = acc << cast<uint32_t>(opaque(at("shl")));
    }
    // Half is common: a factor of 1/256 is a product with a probability.
    const Expr product = at("mul") == 1 << 30 ? (acc + opaque(1)) >> 1 : mul_q31(acc, opaque(at("mul")));
    Expr scaled = product + opaque(at("rnd"));
    if (at("sign_matters") != sign_never) {
        scaled += acc >> 31;
    }
    return clamp_s8(shift_right(scaled, at("shr")), at("clamp_min"), at("clamp_max"));
}

} // namespace nibble
