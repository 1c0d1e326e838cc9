// Elementwise sums, differences and products: 16 at a time, saturated as they are narrowed.
// SPDX-License-Identifier: Apache-2.0
//
// Cycles for 16 results in `run_model --bench` (as in conv2d.cpp) on Neoverse N1 and V2: add and sub 18.7 and 8.1, of
// 30 instructions; mul by f32 24.6 and 13.1, of 42. Widening is what binds: 12 of N1's one pipe that shifts, and 8
// products of its one pipe that multiplies.
#include "schedules/arm/dot_machine.h"
#include "schedules/arm/schedules.h"
#include "schedules/flat.h"

#include "schedules/saturated.h"

namespace nibble::arm {

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// What a constant of generators/opaque.h holds, in every lane; 0 for another Expr.
int opaque_value(const Expr &e) {
    const Broadcast *lanes = e.as<Broadcast>();
    const Cast *amount = (lanes != nullptr ? lanes->value : e).as<Cast>();
    const Load *load = amount != nullptr ? amount->value.as<Load>() : nullptr;
    return load != nullptr && load->image.defined() && is_const_zero(load->index) ? Buffer<int32_t>(load->image)(0) : 0;
}

/// Shifts of 16 and more begin with taking the high halves, which uzp2 does for two vectors on any pipe: shifts and
/// saturations have but every other one.
class NarrowHighHalves : public IRMutator {
protected:
    using IRMutator::visit;

    Expr visit(const Let *op) override {
        const ScopedBinding<Expr> bind(values_, op->name, op->value);
        return IRMutator::visit(op);
    }

    Stmt visit(const LetStmt *op) override {
        const ScopedBinding<Expr> bind(values_, op->name, op->value);
        return IRMutator::visit(op);
    }

    Expr visit(const Cast *op) override {
        const Expr values =
            op->type.element_of() == Int(8) && op->type.lanes() > 1 ? saturated_to_s8(op->value) : Expr();
        const Call *shift = values.defined() ? named(values).as<Call>() : nullptr;
        const int by = shift != nullptr && shift->is_intrinsic(Call::shift_right) ? opaque_value(shift->args[1]) : 0;
        if (by < 16) {
            return IRMutator::visit(op);
        }
        const Type words = Int(16, op->type.lanes());
        const auto shifted = [](const Expr &value, int by) {
            const Type amounts = value.type().with_code(Type::UInt);
            return Call::make(value.type(), Call::shift_right, {value, make_const(amounts, by)}, Call::PureIntrinsic);
        };
        return saturating_cast(op->type, shifted(Cast::make(words, shifted(mutate(shift->args[0]), 16)), by - 16));
    }

private:
    /// What a name stands for.
    Expr named(const Expr &e) const {
        const Variable *variable = e.as<Variable>();
        return variable != nullptr && values_.contains(variable->name) ? values_.get(variable->name) : e;
    }

    Scope<Expr> values_;
};

} // namespace

std::vector<Tile> binary_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("d3"), target.vector_bytes);
}

Tile binary_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("d3"), target.vector_bytes, 2);
}

void schedule_binary(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
    algorithm.passes.push_back(std::make_shared<NarrowHighHalves>());
    expand_requantise(algorithm);
}

} // namespace nibble::arm
