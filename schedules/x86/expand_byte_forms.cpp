// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/expand_byte_forms.h"

#include "generators/byte_forms.h"
#include "schedules/x86/saturating_packs.h"

namespace nibble::x86 {

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// Number `i` of the form that a call stands for.
int number(const Call *call, size_t i) {
    const Expr &argument = call->args[1 + i];
    const Broadcast *broadcast = argument.as<Broadcast>();
    return static_cast<int>(*as_const_int(broadcast != nullptr ? broadcast->value : argument));
}

/// In every lane of a vector, or a scalar where `lanes` is 1.
Expr splat(const Type &element, int value, int lanes) {
    const Expr scalar = make_const(element, value);
    return lanes == 1 ? scalar : Broadcast::make(scalar, lanes);
}

/// A pass that replaces the calls of one name.
class ExpandForm : public IRMutator {
public:
    explicit ExpandForm(const char *name) : name_(name) {}

protected:
    using IRMutator::visit;

    Expr visit(const Call *op) override {
        const Expr mutated = IRMutator::visit(op);
        const Call *call = mutated.as<Call>();
        if (call == nullptr || call->name != name_) {
            return mutated;
        }
        const std::string name = unique_name("bytes");
        const Expr bytes = Variable::make(call->type, name);
        return Let::make(name, call->args[0], expanded(bytes, call));
    }

    virtual Expr expanded(const Expr &bytes, const Call *form) const = 0;

private:
    std::string name_;
};

class ExpandWordForms : public ExpandForm {
public:
    ExpandWordForms() : ExpandForm(word_form_name) {}

private:
    /// The words whose high bytes are the form's values, for operands in the high bytes of `words`.
    static Expr rescaled(const Expr &words, const Call *form) {
        const auto all = [&](int value) { return splat(Int(16), value, words.type().lanes()); };
        const int mul = number(form, 0), rnd = number(form, 1), rnd_below = number(form, 2), bend = number(form, 4);
        const Expr addend = rnd_below == rnd ? all(rnd) : select(words < all(bend * 256), all(rnd_below), all(rnd));
        Expr sum = saturating_add(rounding_mul_shift_right(words, all(mul), 15), addend);
        for (int doubling = 0; doubling < number(form, 3); doubling++) {
            sum = saturating_add(sum, sum);
        }
        return sum;
    }

    Expr expanded(const Expr &bytes, const Call *form) const override {
        const int lanes = bytes.type().lanes(), pairs = lanes / 2;
        if (lanes % 2 != 0) {
            return Cast::make(bytes.type(), rescaled(Cast::make(Int(16, lanes), bytes) << 8, form) >> 8);
        }
        const Expr words = reinterpret(Int(16, pairs), bytes);
        const Expr high_byte = splat(UInt(16), 0xff00, pairs);
        const auto bits = [&](const Expr &value) { return reinterpret(UInt(16, pairs), value); };
        const Expr even = rescaled(words << 8, form);
        const Expr odd = rescaled(reinterpret(words.type(), bits(words) & high_byte), form);
        return reinterpret(bytes.type(), (bits(even) >> 8) | (bits(odd) & high_byte));
    }
};

class ExpandPairForms : public ExpandForm {
public:
    ExpandPairForms() : ExpandForm(pair_form_name) {}

private:
    /// What each of `bytes` is paired with.
    static Expr partners(const Expr &bytes, const Call *form) {
        const auto all = [&](int value) { return splat(Int(8), value, bytes.type().lanes()); };
        const int with = number(form, 2), with_below = number(form, 3), bend = number(form, 5);
        return with_below == with ? all(with) : select(bytes < all(bend), all(with_below), all(with));
    }

    static Expr widened(const Expr &bytes, const Call *form) {
        const auto wide = [&](const Expr &value) { return Cast::make(Int(32, value.type().lanes()), value); };
        const int mul = number(form, 0), times = number(form, 1), scale = number(form, 4);
        const Expr sum = wide(bytes) * mul + wide(partners(bytes, form)) * times;
        return saturating_cast(bytes.type(), (sum * scale + (1 << 14)) >> 15);
    }

    /// The form of the elements that vpunpcklbw takes from each half of a vector, or vpunpckhbw.
    static Expr half(const Expr &bytes, const Expr &partners, const Call *form, bool high) {
        std::vector<int> pairs;
        for (int i = 0; i < packed_bytes / 2; i++) {
            pairs.push_back(i / 8 * 16 + i % 8 + (high ? 8 : 0));
            pairs.push_back(packed_bytes + pairs.back());
        }
        const Expr spread = Shuffle::make({bytes, partners}, pairs);
        const Expr factors = splat(UInt(16), number(form, 0) | number(form, 1) << 8, packed_bytes / 2);
        const Expr sums = Call::make(Int(16, packed_bytes / 2), "saturating_dot_product",
                                     {reinterpret(UInt(8, packed_bytes), factors), spread}, Call::PureIntrinsic);
        return rounding_mul_shift_right(sums, splat(Int(16), number(form, 4), packed_bytes / 2), 15);
    }

    Expr expanded(const Expr &bytes, const Call *form) const override {
        const int lanes = bytes.type().lanes();
        if (lanes % packed_bytes != 0) {
            return widened(bytes, form);
        }
        std::vector<Expr> vectors;
        for (int first = 0; first < lanes; first += packed_bytes) {
            const Expr part = lanes == packed_bytes ? bytes : Shuffle::make_slice(bytes, first, 1, packed_bytes);
            const std::string name = unique_name("partners");
            const Expr with = Variable::make(part.type(), name);
            vectors.push_back(Let::make(name, partners(part, form),
                                        pack_words(half(part, with, form, false), half(part, with, form, true))));
        }
        return vectors.size() == 1 ? vectors.front() : Shuffle::make_concat(vectors);
    }
};

} // namespace

std::shared_ptr<IRMutator> expand_word_forms() { return std::make_shared<ExpandWordForms>(); }

std::shared_ptr<IRMutator> expand_pair_forms() { return std::make_shared<ExpandPairForms>(); }

} // namespace nibble::x86
