// Low-rank dense layer with a memory, s8 with a state of s8 or s16 (svdf_qs8_qs8).
// SPDX-License-Identifier: Apache-2.0
//
//   feature(f, b) = saturate(state_zero + rq(sum over k of wei(k, f) * (src(k, b) - src_zero)))
//   next(m, f, b) = state(m + 1, f, b), and feature(f, b) at the end
//   dst(u, b)     = clamp(dst_zero + rq(bia(u) + sum over m, rank of time(m, f) * (next(m, f, b) - state_zero)))
//
// where f = u * rank + r. The second sum wraps: it is one of unsigned numbers.
#include "generators/kernel.h"
#include "generators/panels.h"
#include "generators/requantize_wide.h"

namespace nibble {
namespace {

using namespace Halide;

class Svdf : public Kernel<Svdf> {
public:
    static constexpr const char *operator_name = "svdf";

    Input<Buffer<int8_t, 2>> src{"src"};   // k, n
    Input<Buffer<void, 3>> state{"state"}; // m, f, n
    Input<Buffer<int8_t, 2>> wei{"wei"};   // k, f
    Input<Buffer<void, 2>> time{"time"};   // m, f
    Input<Buffer<int32_t, 1>> bia{"bia"};  // u
    Output<Buffer<int8_t, 2>> dst{"dst"};  // u, n
    Output<Buffer<void, 3>> next{"next"};  // m, f, n

    void configure() {
        state.set_type(state_type());
        time.set_type(state_type());
        next.set_type(state_type());
    }

    void generate() {
        const int memory = at("memory"), rank = at("rank");
        Func sum("sum"), feature("feature"), total("total");
        RDom k(0, at("k"), "k");
        sum(f, b) = 0;
        sum(f, b) += cast<int32_t>(wei(k, f)) * (cast<int32_t>(src(k, b)) - at("src_zero"));
        const Expr scaled = requantize_wide(sum(f, b), at("feature_multiplier"), at("feature_shift"));
        feature(f, b) = saturating_cast(state_type(), scaled + at("state_zero"));

        next(m, f, b) = select(m == memory - 1, feature(f, b), state(min(m + 1, memory - 1), f, b));

        RDom t(0, memory, 0, rank, "t");
        const Expr filter = u * rank + t.y;
        const Expr term = cast<int32_t>(time(t.x, filter)) * (cast<int32_t>(next(t.x, filter, b)) - at("state_zero"));
        total(u, b) = cast<uint32_t>(bia(u));
        total(u, b) += cast<uint32_t>(term);
        const Expr value = requantize_wide(cast<int32_t>(total(u, b)), at("multiplier"), at("shift")) + at("dst_zero");
        dst(u, b) = cast<int8_t>(clamp(value, at("clamp_min"), at("clamp_max")));

        algorithm.funcs = {{"sum", sum}, {"feature", feature}, {"total", total}, {"dst", dst}, {"next", next}};
        algorithm.domains["k"] = k;
        set_bounds();
    }

private:
    Type state_type() { return Int(at("state_bits")); }

    void set_bounds() {
        const int filters = at("units") * at("rank"), memory = at("memory"), n = at("n");
        set_dense(src, {at("k"), n});
        set_dense(state, {memory, filters, n});
        set_dense(wei, {at("k"), filters});
        set_dense(time, {memory, filters});
        set_dense(bia, {at("units")});
        set_packed(wei);
        set_packed(time);
        set_packed(bia);
        set_dense(dst, {at("units"), n});
        set_dense(next, {memory, filters, n});
    }

    Var m{"m"}, f{"f"}, u{"u"}, b{"b"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Svdf, svdf)
