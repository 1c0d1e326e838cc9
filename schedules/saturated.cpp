// SPDX-License-Identifier: Apache-2.0
#include "schedules/saturated.h"

namespace nibble {

using namespace Halide;
using namespace Halide::Internal;

namespace {

class NarrowSaturated : public IRMutator {
protected:
    using IRMutator::visit;

    Expr visit(const Cast *op) override {
        const int lanes = op->type.lanes();
        const Expr values = op->type.element_of() == Int(8) && lanes > 1 ? saturated_to_s8(op->value) : Expr();
        if (!values.defined()) {
            return IRMutator::visit(op);
        }
        return saturating_cast(op->type, saturating_cast(Int(16, lanes), mutate(values)));
    }
};

} // namespace

Expr saturated_to_s8(const Expr &value) {
    const Select *at_least = value.as<Select>();
    const Min *at_most = at_least != nullptr ? at_least->false_value.as<Min>() : nullptr;
    const LT *below = at_least != nullptr ? at_least->condition.as<LT>() : nullptr;
    if (at_most == nullptr || below == nullptr) {
        return {};
    }
    const Type type = value.type();
    const bool is_clamp = is_const(at_most->b, 127) && is_const(at_least->true_value, -128) &&
                          is_const(below->b, -128) && equal(below->a, at_most->a) && type.is_int() && type.bits() == 32;
    return is_clamp ? at_most->a : Expr();
}

std::shared_ptr<IRMutator> narrow_saturated() { return std::make_shared<NarrowSaturated>(); }

} // namespace nibble
