// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/saturating_packs.h"

#include "schedules/saturated.h"

namespace nibble::x86 {

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// Halide's name for vpackssdw and vpacksswb, whose definitions (packssdwx16, packsswbx32 of its runtime) put quarters
/// 0 and 2 of the operand into the first register and 1 and 3 into the second.
Expr saturating_pack(const Expr &quarters, const Type &to) {
    return Call::make(to, "saturating_narrow", {quarters}, Call::PureIntrinsic);
}

/// The lanes first, first + 1, ... in runs of `run`, taken in this order of runs.
std::vector<int> runs(int first, int run, std::initializer_list<int> order) {
    std::vector<int> lanes_taken;
    for (const int place : order) {
        for (int i = 0; i < run; i++) {
            lanes_taken.push_back(first + place * run + i);
        }
    }
    return lanes_taken;
}

/// One vpackssdw of vectors 2 * pair and 2 * pair + 1 of the 32 values' four.
Expr pack_pair(const Expr &values, int pair) {
    return saturating_pack(Shuffle::make({values}, runs(16 * pair, 4, {0, 2, 1, 3})), Int(16, 16));
}

Expr pack_32(const Expr &values) {
    // Each half of the bytes has four from each of the four vectors.
    return Shuffle::make({pack_words(pack_pair(values, 0), pack_pair(values, 1))},
                         runs(0, 4, {0, 4, 1, 5, 2, 6, 3, 7}));
}

class PackSaturated : public IRMutator {
protected:
    using IRMutator::visit;

    Expr visit(const Cast *op) override {
        const Expr values = op->type.element_of() == Int(8) && op->type.lanes() % packed_bytes == 0
                                ? saturated_to_s8(op->value)
                                : Expr();
        if (!values.defined()) {
            return IRMutator::visit(op);
        }
        const std::string name = unique_name("saturated");
        const Expr all = Variable::make(values.type(), name);
        std::vector<Expr> packed;
        for (int first = 0; first < op->type.lanes(); first += packed_bytes) {
            packed.push_back(
                pack_32(op->type.lanes() == packed_bytes ? all : Shuffle::make_slice(all, first, 1, packed_bytes)));
        }
        return Let::make(name, mutate(values), packed.size() == 1 ? packed.front() : Shuffle::make_concat(packed));
    }
};

} // namespace

Expr pack_words(const Expr &low, const Expr &high) {
    return saturating_pack(Shuffle::make({low, high}, runs(0, 8, {0, 2, 1, 3})), Int(8, packed_bytes));
}

std::shared_ptr<IRMutator> pack_saturated() { return std::make_shared<PackSaturated>(); }

} // namespace nibble::x86
