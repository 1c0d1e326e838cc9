// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/blended_stores.h"

#include <string>
#include <vector>

namespace nibble::hexagon {

using namespace Halide;
using namespace Halide::Internal;

namespace {

constexpr int vector_bytes = 128;

/// `value` side by side `times` times. It is repeated before it is narrowed: packing a vector with itself does that.
Expr repeated(const Expr &value, int times) {
    const Type type = value.type().with_lanes(value.type().lanes() * times);
    if (const auto *let = value.as<Let>()) {
        return Let::make(let->name, let->value, repeated(let->body, times));
    }
    const auto *call = value.as<Call>();
    if (call != nullptr && call->is_intrinsic(Call::saturating_cast)) {
        return Call::make(type, Call::saturating_cast, {repeated(call->args[0], times)}, Call::PureIntrinsic);
    }
    return Shuffle::make_concat(std::vector<Expr>(times, value));
}

class BlendedStores : public IRMutator {
public:
    explicit BlendedStores(std::string buffer) : buffer_(std::move(buffer)) {}

protected:
    using IRMutator::visit;

    Stmt visit(const Store *op) override {
        const auto *ramp = op->index.as<Ramp>();
        const Type type = op->value.type();
        if (op->name != buffer_ || ramp == nullptr || type.bits() != 8 || vector_bytes / type.lanes() < 2) {
            return IRMutator::visit(op);
        }
        const int parts = vector_bytes / type.lanes();
        const Expr part = simplify(ramp->base % vector_bytes / type.lanes());
        const Expr index = Ramp::make(simplify(ramp->base / vector_bytes * vector_bytes), 1, vector_bytes);
        const Type whole = type.with_lanes(vector_bytes);
        const ModulusRemainder aligned(vector_bytes, 0);
        const Expr before =
            Load::make(whole, op->name, index, Buffer<>(), op->param, const_true(vector_bytes), aligned);
        const Expr lanes = Ramp::make(make_const(UInt(8), 0), make_const(UInt(8), 1), vector_bytes);
        const Expr parts_of_lanes = lanes / make_const(lanes.type(), type.lanes());
        const Expr wanted = parts_of_lanes == Broadcast::make(Cast::make(UInt(8), part), vector_bytes);
        const Expr blended = Select::make(wanted, repeated(op->value, parts), before);
        return Store::make(op->name, blended, index, op->param, const_true(vector_bytes), aligned);
    }

private:
    std::string buffer_;
};

} // namespace

std::shared_ptr<IRMutator> blended_stores(const std::string &buffer) { return std::make_shared<BlendedStores>(buffer); }

} // namespace nibble::hexagon
