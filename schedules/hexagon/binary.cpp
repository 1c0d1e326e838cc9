// Elementwise sums, differences and products: a vector of bytes at a time, saturated as they are narrowed.
// SPDX-License-Identifier: Apache-2.0
//
// Packets for 128 results, by `run_model --bench`, 128@28: add 35 (24 are multiplications), sub 39, mul 17 (10).
#include <optional>

#include "schedules/flat.h"
#include "schedules/hexagon/dot.h"
#include "schedules/hexagon/schedules.h"

namespace nibble::hexagon {

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// Halide shifts bytes to words by products, which take both multipliers: shifts of 16 and more put halves above zeros.
class RaiseHalves : public IRMutator {
protected:
    using IRMutator::visit;

    Expr visit(const Call *op) override {
        const bool raises = op->is_intrinsic(Call::widening_shift_left) && op->type.bits() == 32;
        const auto *bytes = raises ? op->args[0].as<Cast>() : nullptr;
        const auto *amounts = raises ? op->args[1].as<Broadcast>() : nullptr;
        const auto shift = static_cast<int>(amounts != nullptr ? as_const_uint(amounts->value).value_or(0) : 0);
        constexpr int half_bits = 16, free_bits = 8; // above a byte in a half
        if (bytes == nullptr || bytes->value.type().bits() != 8 || shift < half_bits || shift > half_bits + free_bits) {
            return IRMutator::visit(op);
        }
        const Type halves = Int(16, op->type.lanes());
        const Expr raised = Call::make(
            halves, Call::shift_left,
            {mutate(op->args[0]), make_const(halves.with_code(Type::UInt), shift - half_bits)}, Call::PureIntrinsic);
        return reinterpret(op->type, Shuffle::make_interleave({make_zero(halves), raised}));
    }
};

/// Halide adds a zero point behind the clamp to s8, whose bounds move: s16 saturates twice as many lanes, before it and
/// after.
class SaturateHalves : public IRMutator {
protected:
    using IRMutator::visit;

    Expr visit(const Cast *op) override {
        const auto *at_least = op->type.element_of() == Int(8) ? op->value.as<Select>() : nullptr;
        const auto *moved = at_least != nullptr ? at_least->false_value.as<Call>() : nullptr;
        const auto *below = at_least != nullptr ? at_least->condition.as<LT>() : nullptr;
        const bool moves = moved != nullptr && moved->is_intrinsic(Call::widen_right_add) && moved->type.bits() == 32;
        const auto *at_most = moves ? moved->args[0].as<Min>() : nullptr;
        const auto by = moves ? as_const_int(moved->args[1]) : std::nullopt;
        const bool is_clamp = at_most != nullptr && below != nullptr && by && is_const(at_least->true_value, -128) &&
                              is_const(at_most->b, 127 - *by) && is_const(below->b, -128 - *by) &&
                              equal(below->a, at_most->a);
        if (!is_clamp) {
            return IRMutator::visit(op);
        }
        const Type halves = Int(16, op->type.lanes());
        const Expr value = saturating_cast(halves, mutate(at_most->a));
        return saturating_cast(op->type, saturating_add(value, make_const(halves, *by)));
    }
};

} // namespace

void schedule_binary(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
    algorithm.passes.push_back(std::make_shared<RaiseHalves>());
    algorithm.passes.push_back(std::make_shared<SaturateHalves>());
    expand_requantise(algorithm);
}

} // namespace nibble::hexagon
