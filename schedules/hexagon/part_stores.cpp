// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/part_stores.h"

#include <string>
#include <vector>

namespace nibble::hexagon {

using namespace Halide;
using namespace Halide::Internal;

namespace {

constexpr int vector_bytes = 128;

/// A vector `times` times side by side. Words are whole vectors, which that costs nothing: it is done before they are
/// narrowed, and LLVM has not put parts of vectors of bytes together right.
class Repeat : public IRMutator {
public:
    explicit Repeat(int times) : times_(times) {}

    Expr mutate(const Expr &e) override {
        if (e.type().is_scalar()) {
            return e;
        }
        return e.type().bits() == 32 ? Shuffle::make_concat(std::vector<Expr>(times_, e)) : IRMutator::mutate(e);
    }

protected:
    using IRMutator::visit;

    Expr visit(const Broadcast *op) override { return Broadcast::make(op->value, op->lanes * times_); }
    Expr visit(const Cast *op) override { return Cast::make(repeated(op->type), mutate(op->value)); }
    Expr visit(const Reinterpret *op) override { return Reinterpret::make(repeated(op->type), mutate(op->value)); }
    Expr visit(const Variable *op) override { return Shuffle::make_concat(std::vector<Expr>(times_, op)); }
    Expr visit(const Let *op) override { return Let::make(op->name, op->value, mutate(op->body)); }
    Expr visit(const Call *op) override {
        return Call::make(repeated(op->type), op->name, IRMutator::mutate(op->args), op->call_type);
    }

private:
    Type repeated(const Type &type) const { return type.with_lanes(type.lanes() * times_); }

    int times_;
};

class PartStores : public IRMutator {
public:
    PartStores(std::string buffer, Parts parts) : buffer_(std::move(buffer)), parts_(parts) {}

protected:
    using IRMutator::visit;

    Stmt visit(const Store *op) override {
        const auto *ramp = op->index.as<Ramp>();
        const Type type = op->value.type();
        if (op->name != buffer_ || ramp == nullptr || type.bits() != 8 || type.is_scalar() ||
            vector_bytes / type.lanes() < 2) {
            return IRMutator::visit(op);
        }
        const bool aligned = parts_ != Parts::anywhere;
        const Expr first = aligned ? simplify(ramp->base / vector_bytes * vector_bytes) : ramp->base;
        const Expr part = aligned ? simplify(ramp->base % vector_bytes / type.lanes()) : Expr(0);
        const Expr lanes = Ramp::make(make_const(UInt(8), 0), make_const(UInt(8), 1), vector_bytes);
        const Expr parts_of_lanes = lanes / make_const(lanes.type(), type.lanes());
        const Expr wanted = parts_of_lanes == Broadcast::make(Cast::make(UInt(8), part), vector_bytes);
        const Expr index = Ramp::make(first, 1, vector_bytes);
        const Expr value = Repeat(vector_bytes / type.lanes()).mutate(op->value);
        const ModulusRemainder alignment = aligned ? ModulusRemainder(vector_bytes, 0) : ModulusRemainder();
        const Expr all = const_true(vector_bytes);
        if (parts_ != Parts::of_whole_vectors) {
            return Store::make(op->name, value, index, op->param, wanted, alignment);
        }
        const Expr before =
            Load::make(type.with_lanes(vector_bytes), op->name, index, Buffer<>(), op->param, all, alignment);
        return Store::make(op->name, Select::make(wanted, value, before), index, op->param, all, alignment);
    }

private:
    std::string buffer_;
    Parts parts_;
};

} // namespace

std::shared_ptr<IRMutator> part_stores(const std::string &buffer, Parts parts) {
    return std::make_shared<PartStores>(buffer, parts);
}

} // namespace nibble::hexagon
