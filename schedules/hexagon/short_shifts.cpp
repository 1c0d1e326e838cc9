// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/short_shifts.h"

#include <algorithm>

namespace nibble::hexagon {

using namespace Halide;
using namespace Halide::Internal;

namespace {

constexpr int64_t most = 15;

/// value >> amount in steps.
Expr in_steps(Expr value, int64_t amount) {
    const Type type = value.type();
    for (int64_t left = amount; left > 0; left -= most) {
        const Expr by = make_const(UInt(32, type.lanes()), std::min(left, most));
        value = Call::make(type, Call::shift_right, {value, by}, Call::PureIntrinsic);
    }
    return value;
}

class ShortShifts : public IRMutator {
protected:
    using IRMutator::visit;

    /// Halide's quotients round down, as shifts do.
    Expr visit(const Div *op) override {
        const auto *divisors = op->b.as<Broadcast>();
        const auto bits = divisors != nullptr ? is_const_power_of_two_integer(divisors->value) : std::nullopt;
        if (!bits || *bits <= most || op->type.bits() != 32) {
            return IRMutator::visit(op);
        }
        return in_steps(mutate(op->a), *bits);
    }

    Expr visit(const Call *op) override {
        if (!op->is_intrinsic(Call::shift_right) || op->type.bits() != 32 || op->type.is_scalar()) {
            return IRMutator::visit(op);
        }
        const auto *amounts = op->args[1].as<Broadcast>();
        const auto amount = amounts != nullptr ? as_const_uint(amounts->value) : std::nullopt;
        if (!amount || *amount <= most) {
            return IRMutator::visit(op);
        }
        return in_steps(mutate(op->args[0]), static_cast<int64_t>(*amount));
    }
};

} // namespace

std::shared_ptr<IRMutator> short_shifts() { return std::make_shared<ShortShifts>(); }

} // namespace nibble::hexagon
