// Mean over some dimensions, s8 (mean_qs8), u8 (mean_qu8) or s16 (mean_qs16).
// SPDX-License-Identifier: Apache-2.0
//
//   sum(c, b, a, n) = sum over r of src(c, r.x, b, r.y, a)        n has extent 1
//   dst             = saturate(dst_zero + rq(sum - r0 * r1 * src_zero)), rq by `double` rounding
#include "generators/kernel.h"
#include "generators/requantize_q31.h"

namespace nibble {
namespace {

using namespace Halide;

class Mean : public Kernel<Mean> {
public:
    static constexpr const char *operator_name = "mean";

    Input<Buffer<void, 5>> src{"src"};  // k2, r1, k1, r0, k0
    Output<Buffer<void, 4>> dst{"dst"}; // k2, k1, k0, 1

    void configure() {
        src.set_type(Int(at("bits")));
        dst.set_type(Int(at("bits")));
    }

    void generate() {
        set_dense(src, {at("k2"), at("r1"), at("k1"), at("r0"), at("k0")});
        set_dense(dst, {at("k2"), at("k1"), at("k0"), 1});
        RDom r(0, at("r1"), 0, at("r0"), "r");
        Func sum("sum");
        sum(c, b, a, n) = 0;
        sum(c, b, a, n) += cast<int32_t>(s8_view(src(c, r.x, b, r.y, a)));
        const int most = (1 << (at("bits") - 1)) - 1;
        const Expr centred = sum(c, b, a, n) - at("r0") * at("r1") * at("src_zero");
        const Expr scaled = requantize_double(centred, at("multiplier"), at("shift")) + at("dst_zero");
        dst(c, b, a, n) = s8_view(clamp_to_bits(scaled, at("bits"), -most - 1, most));
        algorithm.funcs = {{"sum", sum}, {"dst", dst}};
        algorithm.domains["r"] = r;
    }

private:
    Var c{"c"}, b{"b"}, a{"a"}, n{"n"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Mean, mean)
