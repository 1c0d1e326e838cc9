// SPDX-License-Identifier: Apache-2.0
#include "generators/linear_form.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

namespace nibble {
namespace {

/// One argument pair and what the form must give for it: a value in [least, most].
struct Demand {
    int a, b;
    int side;            ///< 0: a < bend; 1: the others
    int64_t least, most; ///< of (a * mul_a + b * mul_b + rnd) >> shr
};

/// The values of rnd that serve every demand met so far.
struct Interval {
    int64_t least = std::numeric_limits<int32_t>::min();
    int64_t most = std::numeric_limits<int32_t>::max();

    int32_t nearest(int64_t value) const { return static_cast<int32_t>(std::clamp(value, least, most)); }
};
using Intervals = std::array<Interval, 2>; // by Demand::side

constexpr int64_t unbounded = int64_t{1} << 31;

std::vector<Demand> demands_of(const NearlyLinear &wanted) {
    std::vector<Demand> demands;
    const int b_least = wanted.slope_b == 0 ? 0 : -128, b_most = wanted.slope_b == 0 ? 0 : 127;
    for (int a = -128; a <= 127; a++) {
        for (int b = b_least; b <= b_most; b++) {
            const int value = wanted.value(a, b);
            demands.push_back({a, b, a >= wanted.bend, value == wanted.least ? -unbounded : value,
                               value == wanted.most ? unbounded : value});
        }
    }
    return demands;
}

/// Narrows the intervals; false where nothing is left. The demand that failed moves to the front: it will probably fail
/// the next candidate too, so that nearly all of them cost a few comparisons.
bool satisfy(std::vector<Demand> &demands, int64_t mul_a, int64_t mul_b, int shr, Intervals &rnds) {
    const int64_t one = int64_t{1} << shr;
    for (size_t i = 0; i < demands.size(); i++) {
        const Demand &demand = demands[i];
        Interval &rnd = rnds[demand.side];
        const int64_t sum = demand.a * mul_a + demand.b * mul_b;
        rnd.least = std::max(rnd.least, demand.least * one - sum);
        rnd.most = std::min(rnd.most, demand.most * one + one - 1 - sum);
        if (rnd.least > rnd.most) {
            std::swap(demands[i], demands[i / 2]);
            return false;
        }
    }
    return true;
}

bool fits(const LinearForm &form) {
    const int64_t products = 128 * (std::abs(int64_t{form.mul_a}) + std::abs(int64_t{form.mul_b}));
    return products + std::max(std::abs(int64_t{form.rnd}), std::abs(int64_t{form.rnd_below})) <=
           std::numeric_limits<int32_t>::max();
}

/// The finest scale at which no sum leaves s32, with room for the search around the slopes.
int finest_shift(const NearlyLinear &wanted) {
    const double most = 128 * (std::abs(wanted.slope_a) + std::abs(wanted.slope_b)) + std::abs(wanted.offset) + 2;
    return std::clamp(30 - std::ilogb(most), 0, 30);
}

} // namespace

std::optional<LinearForm> find_linear_form(const NearlyLinear &wanted) {
    constexpr int radius = 24; // of the search, in units of the multipliers' last bit
    const int shr = finest_shift(wanted);
    const auto nearest = [&](double slope) { return static_cast<int64_t>(std::llround(std::ldexp(slope, shr))); };
    const int64_t near_a = nearest(wanted.slope_a), near_b = nearest(wanted.slope_b);
    const int64_t rnd = nearest(wanted.offset + 0.5);
    const int radius_b = wanted.slope_b == 0 ? 0 : radius;
    std::vector<Demand> demands = demands_of(wanted);
    for (int distance = 0; distance <= radius; distance++) {
        for (int da = -distance; da <= distance; da++) {
            for (int db = -std::min(distance, radius_b); db <= std::min(distance, radius_b); db++) {
                Intervals rnds;
                if (std::max(std::abs(da), std::abs(db)) != distance ||
                    !satisfy(demands, near_a + da, near_b + db, shr, rnds)) {
                    continue;
                }
                const LinearForm form = {static_cast<int32_t>(near_a + da), static_cast<int32_t>(near_b + db),
                                         rnds[1].nearest(rnd), rnds[0].nearest(rnd), shr};
                if (fits(form)) {
                    return form;
                }
            }
        }
    }
    return std::nullopt;
}

} // namespace nibble
