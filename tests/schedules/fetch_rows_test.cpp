// Prefetches in the form that l2fetch has fields for. SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/fetch_rows.h"

#include <gtest/gtest.h>

namespace nibble::hexagon {
namespace {

using Halide::Expr;
using Halide::Internal::Call;

Expr prefetch(const std::vector<Expr> &region) {
    std::vector<Expr> args = {Halide::Internal::Variable::make(Halide::Handle(), "wei"), 640};
    args.insert(args.end(), region.begin(), region.end());
    return Call::make(Halide::UInt(8), Call::prefetch, args, Call::Intrinsic);
}

TEST(FetchRows, MakesRowsOfVectors) {
    const Expr rows = fetch_rows()->mutate(prefetch({262144, 1}));
    EXPECT_TRUE(Halide::Internal::equal(rows, prefetch({127, 1, 2048, 128})));
    // Simplification, which comes after the pass, must not undo it: 262144 has more than 16 bits.
    EXPECT_TRUE(Halide::Internal::equal(Halide::Internal::simplify(rows), rows));
}

TEST(FetchRows, LeavesRowsAlone) {
    const Expr rows = prefetch({100, 1, 7, 640});
    EXPECT_TRUE(Halide::Internal::equal(fetch_rows()->mutate(rows), rows));
}

TEST(FetchRows, RefusesWhatHasNoRows) {
    EXPECT_THROW(fetch_rows()->mutate(prefetch({100, 1})), std::runtime_error);
    EXPECT_THROW(fetch_rows()->mutate(prefetch({128 << 16, 1})), std::runtime_error);
}

} // namespace
} // namespace nibble::hexagon
