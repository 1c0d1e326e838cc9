// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"

#include "generators/nearest.h"
#include "generators/requantize_q31.h"
#include "generators/saturate_s8.h"

namespace nibble {

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// `value` in every lane of `lanes` (a scalar where lanes is 1).
Expr splat(const Expr &value, int lanes) { return lanes == 1 ? value : Broadcast::make(value, lanes); }

Expr splat_s64(int64_t value, int lanes) { return splat(make_const(Int(64), value), lanes); }

Expr shifted(Call::IntrinsicOp direction, const Expr &value, int by) {
    return Call::make(value.type(), direction, {value, splat(make_const(UInt(64), by), value.type().lanes())},
                      Call::PureIntrinsic);
}

Expr widened(const Expr &acc, const Expr &multiplier, int64_t addend) {
    const int lanes = acc.type().lanes();
    const Expr product = Cast::make(Int(64, lanes), acc) * Cast::make(Int(64, lanes), multiplier);
    return Cast::make(Int(32, lanes), shifted(Call::shift_right, product + splat_s64(addend, lanes), 31));
}

/// acc * multiplier + addend of the odd lanes, or of the even ones, as 64-bit lanes.
Expr half_product(const Expr &acc, const Expr &multiplier, bool odd, int64_t addend) {
    const int pairs = acc.type().lanes() / 2;
    // Odd lanes are copied to even places: of a sign that is shifted in from the word above, LLVM loses sight in a loop
    // that the multiplier does not change in, and multiplies 64 bits by 64.
    std::vector<int> odd_lanes;
    for (int lane = 0; lane < 2 * pairs; lane++) {
        odd_lanes.push_back(lane | 1);
    }
    const auto sign_extended = [&](const Expr &value) {
        const Expr wide = reinterpret(Int(64, pairs), odd ? Shuffle::make({value}, odd_lanes) : value);
        return shifted(Call::shift_right, shifted(Call::shift_left, wide, 32), 32);
    };
    return sign_extended(acc) * sign_extended(multiplier) + splat_s64(addend, pairs);
}

/// The wanted bits 31 to 62 of each product are moved to the word that the lane came from, and the words are joined.
Expr paired(const Expr &acc, const Expr &multiplier, int64_t addend) {
    const int pairs = acc.type().lanes() / 2;
    const Type bits = UInt(64, pairs);
    const Expr low = shifted(Call::shift_right, reinterpret(bits, half_product(acc, multiplier, false, addend)), 31);
    const Expr high = shifted(Call::shift_left, reinterpret(bits, half_product(acc, multiplier, true, addend)), 1);
    const auto masked = [&](const Expr &value, uint64_t mask) {
        return Call::make(bits, Call::bitwise_and, {value, splat(make_const(UInt(64), mask), pairs)},
                          Call::PureIntrinsic);
    };
    constexpr uint64_t low_word = 0xffffffffu;
    return reinterpret(acc.type(), Call::make(bits, Call::bitwise_or, {masked(low, low_word), masked(high, ~low_word)},
                                              Call::PureIntrinsic));
}

/// `doubled` is 2 * acc: its product and 2 * addend have the wanted bits in the high word, which one permutation
/// collects.
Expr paired_high_words(const Expr &doubled, const Expr &multiplier, int64_t addend) {
    const int lanes = doubled.type().lanes();
    const Expr even = reinterpret(doubled.type(), half_product(doubled, multiplier, false, 2 * addend));
    const Expr odd = reinterpret(doubled.type(), half_product(doubled, multiplier, true, 2 * addend));
    std::vector<int> high_words;
    for (int lane = 1; lane < lanes; lane += 2) {
        high_words.push_back(lane);
        high_words.push_back(lanes + lane);
    }
    return Shuffle::make({even, odd}, high_words);
}

enum class Form { widened, paired, paired_high_words, rounding_high };

class ExpandMulQ31 : public IRMutator {
public:
    explicit ExpandMulQ31(Form form) : form_(form) {}

protected:
    using IRMutator::visit;

    Expr visit(const Call *op) override {
        if (op->name == mul_q31_name || op->name == mul_q31_down_name) {
            return product(op);
        }
        if (op->name == round_shift_name) {
            return rounded(op);
        }
        if (op->name == nearest_s32_name && form_ == Form::rounding_high) {
            return Cast::make(op->type, Halide::round(mutate(op->args[0])));
        }
        return op->name == saturate_at_zero_name ? saturated(op) : IRMutator::visit(op);
    }

private:
    Expr product(const Call *op) {
        const bool rounds = op->name == mul_q31_name;
        const int64_t addend = rounds ? int64_t(1) << 30 : 0;
        const Expr acc = mutate(op->args[0]), multiplier = mutate(op->args[1]);
        if (form_ == Form::rounding_high && op->type.lanes() > 1) {
            return rounds ? rounding_mul_shift_right(acc, multiplier, 31) : mul_shift_right(acc, multiplier, 31);
        }
        if (form_ == Form::widened || form_ == Form::rounding_high || op->type.lanes() % 2 != 0) {
            return widened(acc, multiplier, addend);
        }
        // Named once: the expansion uses each operand twice.
        const std::string acc_name = unique_name("acc"), multiplier_name = unique_name("multiplier");
        const Expr a = Variable::make(acc.type(), acc_name), m = Variable::make(multiplier.type(), multiplier_name);
        const bool doubled = form_ == Form::paired_high_words;
        const Expr body =
            Let::make(multiplier_name, multiplier, doubled ? paired_high_words(a, m, addend) : paired(a, m, addend));
        return Let::make(acc_name, doubled ? acc + acc : acc, body);
    }

    Expr rounded(const Call *op) {
        const Expr value = mutate(op->args[0]), half = mutate(op->args[1]), shr = mutate(op->args[2]);
        if (form_ == Form::rounding_high) {
            return rounding_shift_right(value, shr);
        }
        return (value + half) >> Cast::make(UInt(32, shr.type().lanes()), shr);
    }

    Expr saturated(const Call *op) {
        const Expr value = mutate(op->args[0]), zero = mutate(op->args[1]);
        if (form_ == Form::rounding_high) {
            const Type words = Int(16, op->type.lanes());
            return saturating_cast(op->type, saturating_add(saturating_cast(words, value), Cast::make(words, zero)));
        }
        const std::string name = unique_name("moved");
        const Expr moved = Variable::make(value.type(), name);
        return Let::make(name, value + zero, saturate_s8(moved));
    }

    Form form_;
};

} // namespace

std::shared_ptr<IRMutator> expand_mul_q31_by_widening() { return std::make_shared<ExpandMulQ31>(Form::widened); }

std::shared_ptr<IRMutator> expand_mul_q31_by_rounding_high() {
    return std::make_shared<ExpandMulQ31>(Form::rounding_high);
}

std::shared_ptr<IRMutator> expand_mul_q31(const Algorithm &algorithm) {
    return algorithm.s64_lanes ? expand_mul_q31_by_widening() : expand_mul_q31_by_rounding_high();
}

std::shared_ptr<IRMutator> expand_mul_q31_by_pairs(SpareBit spare_bit) {
    return std::make_shared<ExpandMulQ31>(spare_bit == SpareBit::yes ? Form::paired_high_words : Form::paired);
}

} // namespace nibble
