// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_dot2.h"

#include "generators/dot2.h"

namespace nibble {

using namespace Halide;
using namespace Halide::Internal;

namespace {

class ExpandDot2 : public IRMutator {
protected:
    using IRMutator::visit;

    Expr visit(const Call *op) override {
        const Expr mutated = IRMutator::visit(op);
        const Call *call = mutated.as<Call>();
        if (call != nullptr && call->name == dot2_s16s16_name) {
            return dot(call->args[0], call->args[1], call->args[2]);
        }
        if (call != nullptr && call->name == widened_pair_name) {
            return pair(call->args[0], call->args[1]);
        }
        return mutated;
    }

private:
    static Expr dot(const Expr &acc, const Expr &window, const Expr &taps) {
        const int lanes = acc.type().lanes();
        const Type halves = Int(16, 2 * lanes);
        const Expr products = widening_mul(reinterpret(halves, window), reinterpret(halves, taps));
        return acc + VectorReduce::make(VectorReduce::Add, products, lanes);
    }

    static Expr pair(const Expr &low, const Expr &high) {
        const int lanes = low.type().lanes();
        const Expr bytes = Shuffle::make_interleave({low, high});
        return reinterpret(Int(32, lanes), Cast::make(Int(16, 2 * lanes), bytes));
    }
};

} // namespace

std::shared_ptr<IRMutator> expand_dot2() { return std::make_shared<ExpandDot2>(); }

} // namespace nibble
