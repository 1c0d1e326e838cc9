// One rescaling an element, in 16-bit words where that is exact, by sqdmulh.
// SPDX-License-Identifier: Apache-2.0
//
// Cycles for 16 results of the form `narrow` in `run_model --bench` (as in conv2d.cpp) on Neoverse N1 and V2: 6.4
// and 2.8, of 11 instructions.
#include "schedules/arm/dot_machine.h"
#include "schedules/arm/schedules.h"
#include "schedules/flat.h"

namespace nibble::arm {

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// sqdmulh has the high half of the doubled product: (256 * a * mul) >> 16 is that of 128 * a and mul, which no two s8
/// and s16 saturate.
class DoubleHighProducts : public IRMutator {
protected:
    using IRMutator::visit;

    Expr visit(const Call *op) override {
        const Call *word = op->is_intrinsic(Call::mul_shift_right) ? op->args[0].as<Call>() : nullptr;
        if (word == nullptr || !word->is_intrinsic(Call::widening_shift_left) || op->type.element_of() != Int(16) ||
            !is_const(word->args[1], 8) || !is_const(op->args[2], 16)) {
            return IRMutator::visit(op);
        }
        const Expr by = make_const(word->args[1].type(), 7), half_word = widening_shift_left(mutate(word->args[0]), by);
        return mul_shift_right(half_word, mutate(op->args[1]), make_const(op->args[2].type(), 15));
    }
};

} // namespace

std::vector<Tile> requantize_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("elements"), target.vector_bytes);
}

Tile requantize_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("elements"), target.vector_bytes, 2);
}

void schedule_requantize(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
    algorithm.passes.push_back(std::make_shared<DoubleHighProducts>());
    expand_requantise(algorithm);
}

} // namespace nibble::arm
