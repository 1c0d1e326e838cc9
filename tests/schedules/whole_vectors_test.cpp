// Parts of vectors on HVX: what the pass takes apart stays apart. SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/whole_vectors.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace nibble::hexagon {
namespace {

using namespace Halide;
using namespace Halide::Internal;

Expr load(int lanes) {
    return Load::make(Int(8, lanes), "src", Ramp::make(Variable::make(Int(32), "x") * 64, 1, lanes), Buffer<>(),
                      Parameter(), const_true(lanes), ModulusRemainder(64, 0));
}

class MostLanes : public IRVisitor {
public:
    int most = 0;

protected:
    using IRVisitor::visit;
    void visit(const Load *op) override {
        most = std::max(most, op->type.lanes());
        IRVisitor::visit(op);
    }
};

int most_lanes(const Expr &e) {
    MostLanes lanes;
    e.accept(&lanes);
    return lanes.most;
}

TEST(WholeVectors, PartsOfACallersVectorAreLoadedByScalarRegisters) {
    const Expr parts = whole_vectors()->mutate(load(64));
    EXPECT_EQ(parts.type(), Int(8, 64));
    EXPECT_EQ(most_lanes(parts), 8);
    // Halide simplifies once more behind the pass, and LLVM reads a whole vector where it gets one load.
    EXPECT_EQ(most_lanes(simplify(parts)), 8);
}

TEST(WholeVectors, WholeOnesStay) { EXPECT_EQ(most_lanes(whole_vectors()->mutate(load(128))), 128); }

} // namespace
} // namespace nibble::hexagon
