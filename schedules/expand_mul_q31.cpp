// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"

#include "generators/requantize_q31.h"

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

Expr widened(const Expr &acc, const Expr &multiplier) {
    const int lanes = acc.type().lanes();
    const Expr product = Cast::make(Int(64, lanes), acc) * Cast::make(Int(64, lanes), multiplier);
    return Cast::make(Int(32, lanes), shifted(Call::shift_right, product + splat_s64(int64_t(1) << 30, lanes), 31));
}

/// acc * multiplier + half of the odd lanes, or of the even ones, as 64-bit lanes.
Expr half_product(const Expr &acc, const Expr &multiplier, bool odd, int64_t half) {
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
    return sign_extended(acc) * sign_extended(multiplier) + splat_s64(half, pairs);
}

/// The wanted bits 31 to 62 of each product are moved to the word that the lane came from, and the words are joined.
Expr paired(const Expr &acc, const Expr &multiplier) {
    const int64_t half = int64_t(1) << 30;
    const int pairs = acc.type().lanes() / 2;
    const Type bits = UInt(64, pairs);
    const Expr low = shifted(Call::shift_right, reinterpret(bits, half_product(acc, multiplier, false, half)), 31);
    const Expr high = shifted(Call::shift_left, reinterpret(bits, half_product(acc, multiplier, true, half)), 1);
    const auto masked = [&](const Expr &value, uint64_t mask) {
        return Call::make(bits, Call::bitwise_and, {value, splat(make_const(UInt(64), mask), pairs)},
                          Call::PureIntrinsic);
    };
    constexpr uint64_t low_word = 0xffffffffu;
    return reinterpret(acc.type(), Call::make(bits, Call::bitwise_or, {masked(low, low_word), masked(high, ~low_word)},
                                              Call::PureIntrinsic));
}

/// 2 * acc * multiplier + 2^31 has the wanted bits in its high word, which one permutation collects.
Expr paired_high_words(const Expr &acc, const Expr &multiplier) {
    const int lanes = acc.type().lanes();
    const int64_t half = int64_t(1) << 31;
    const Expr even = reinterpret(acc.type(), half_product(acc, multiplier, false, half));
    const Expr odd = reinterpret(acc.type(), half_product(acc, multiplier, true, half));
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
        if (op->name != mul_q31_name) {
            return IRMutator::visit(op);
        }
        const Expr acc = mutate(op->args[0]), multiplier = mutate(op->args[1]);
        if (form_ == Form::rounding_high && op->type.lanes() > 1) {
            return rounding_mul_shift_right(acc, multiplier, 31);
        }
        if (form_ == Form::widened || form_ == Form::rounding_high || op->type.lanes() % 2 != 0) {
            return widened(acc, multiplier);
        }
        // Named once: the expansion uses each operand twice.
        const std::string acc_name = unique_name("acc"), multiplier_name = unique_name("multiplier");
        const Expr a = Variable::make(acc.type(), acc_name), m = Variable::make(multiplier.type(), multiplier_name);
        const bool doubled = form_ == Form::paired_high_words;
        const Expr body = Let::make(multiplier_name, multiplier, doubled ? paired_high_words(a, m) : paired(a, m));
        return Let::make(acc_name, doubled ? acc + acc : acc, body);
    }

private:
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
