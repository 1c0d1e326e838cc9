// SPDX-License-Identifier: Apache-2.0
#include "generators/row_quantisation.h"

#include <algorithm>
#include <limits>

namespace nibble {

using namespace Halide;

namespace {

constexpr int most_peak_lanes = 64;

int peak_lanes(int k) {
    int lanes = most_peak_lanes;
    while (lanes > k) {
        lanes /= 2;
    }
    return lanes;
}

Func add_peak(const Func &src, int k, Algorithm &algorithm) {
    const int lanes = peak_lanes(k);
    Func peak_lanes("peak_lanes"), peak("peak");
    Var l("l"), x("x");
    RDom step(0, (k + lanes - 1) / lanes, "step"), lane(0, lanes, "lane");
    // The last step may begin within the one before: a maximum does not mind.
    peak_lanes(l, x) = 0;
    peak_lanes(l, x) = max(peak_lanes(l, x), magnitude_bits(src(min(step * lanes, k - lanes) + l, x)));
    peak(x) = 0;
    peak(x) = max(peak(x), peak_lanes(lane, x));
    algorithm.funcs.insert({{"peak_lanes", peak_lanes}, {"peak", peak}});
    algorithm.domains.insert({{"peak_steps", step}, {"peak_lane", lane}});
    return peak;
}

} // namespace

Expr magnitude_bits(const Expr &value) {
    constexpr int32_t infinity = 0x7f800000;
    const Expr magnitude = reinterpret<int32_t>(value) & 0x7fffffff;
    return select(magnitude > infinity, 0, min(magnitude, infinity - 1));
}

Expr nearest_integer(const Expr &value) {
    constexpr float integers = 12582912.0f; // 1.5 * 2^23
    constexpr int32_t integers_bits = 0x4b400000;
    return reinterpret<int32_t>(strict_float(value + integers)) - integers_bits;
}

QuantisedRows quantise_rows(const Func &src, int k, int whole_k, Func scale, Algorithm &algorithm) {
    Func inverse("inverse"), staged("staged");
    Var e("e"), x("x");
    const Expr peak = reinterpret<float>(add_peak(src, k, algorithm)(x));
    const Expr counts = strict_float(peak >= 0x1p-120f);
    scale(x) = select(counts, strict_float(peak * (1.0f / 127)), 0.0f);
    inverse(x) = select(counts, strict_float(127.0f / peak), 0.0f);
    const auto value = [&](const Expr &i) {
        const Expr most = std::numeric_limits<float>::max();
        const Expr finite = strict_float(min(max(src(i, x), -most), most));
        const Expr number = select(strict_float(is_nan(src(i, x))), 0.0f, finite);
        return cast<int8_t>(nearest_integer(strict_float(number * inverse(x))));
    };
    if (whole_k == k) {
        staged(e, x) = value(e);
    } else {
        RDom row(0, k, "row");
        staged(e, x) = cast<int8_t>(0);
        staged(row, x) = value(row);
        algorithm.domains["row"] = row;
    }
    algorithm.funcs.insert({{"row_scale", scale}, {"inverse", inverse}, {"staged", staged}});
    return {staged, scale};
}

} // namespace nibble
