// SPDX-License-Identifier: Apache-2.0
#include "generators/requantise_one.h"

#include "generators/nearest.h"
#include "generators/nearest_s32.h"
#include "generators/opaque.h"
#include "generators/requantise_kind.h"
#include "generators/requantize_q31.h"
#include "runtime/reference/float_bits.h"

namespace nibble {

using namespace Halide;

Expr requantise_one(Expr acc, const Attributes &kernel) {
    const auto at = [&](const char *name) { return static_cast<int>(kernel.at(name)); };
    const int kind = kernel.count("requantise") != 0 ? at("requantise") : int{requantise_q31};
    const auto moved_to_zero = [&](const Expr &value) {
        return bound_s8(saturate_at_zero(value, opaque(at("dst_zero"))), at("clamp_min"), at("clamp_max"));
    };
    if (kind == requantise_nearest) {
        const float scale = reference::float_from_bits(static_cast<uint32_t>(at("scale_bits")));
        return moved_to_zero(nearest_s32(cast<float>(acc) * scale));
    }
    if (kind == requantise_nearest_s32) {
        return moved_to_zero(nearest_product_s32(acc, cast<uint32_t>(opaque(at("scale_bits")))));
    }
    if (at("shl") != 0) {
        acc = acc << cast<uint32_t>(opaque(at("shl")));
    }
    if (kind == requantise_single) {
        const Expr product = mul_q31_down(acc, opaque(at("mul")));
        return moved_to_zero(round_shift(product, opaque(at("rnd")), opaque(at("shr"))));
    }
    // Half is common: a factor of 1/256 is a product with a probability.
    const Expr product = at("mul") == 1 << 30 ? (acc + opaque(1)) >> 1 : mul_q31(acc, opaque(at("mul")));
    Expr scaled = product + opaque(at("rnd"));
    if (at("sign_matters") != sign_never) {
        scaled += acc >> 31;
    }
    const int bits = kernel.count("bits") != 0 ? at("bits") : 8;
    return clamp_to_bits(shift_right(scaled, at("shr")), bits, at("clamp_min"), at("clamp_max"));
}

} // namespace nibble
