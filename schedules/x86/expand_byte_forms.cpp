// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/expand_byte_forms.h"

#include "generators/byte_forms.h"
#include "schedules/x86/saturating_packs.h"

namespace nibble::x86 {

using namespace Halide;
using namespace Halide::Internal;

namespace {

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

    /// The value of the call, whose operand is now the variable `bytes`.
    virtual Expr expanded(const Expr &bytes, const Call *call) const = 0;

private:
    std::string name_;
};

class ExpandWordForms : public ExpandForm {
public:
    ExpandWordForms() : ExpandForm(word_form_name) {}

private:
    /// The words whose high bytes are the form's values, for operands in the high bytes of `words`.
    static Expr rescaled(const Expr &words, const BentForm<WordForm> &bent) {
        const auto all = [&](int value) { return splat(Int(16), value, words.type().lanes()); };
        const WordForm &form = bent.form;
        const Expr addend = form.rnd_below == form.rnd
                                ? all(form.rnd)
                                : select(words < all(bent.bend * 256), all(form.rnd_below), all(form.rnd));
        Expr sum = saturating_add(rounding_mul_shift_right(words, all(form.mul), 15), addend);
        for (int doubling = 0; doubling < form.doublings; doubling++) {
            sum = saturating_add(sum, sum);
        }
        return sum;
    }

    Expr expanded(const Expr &bytes, const Call *call) const override {
        const BentForm<WordForm> form = word_form_of(call);
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
    static Expr partners(const Expr &bytes, const BentForm<PairForm> &bent) {
        const auto all = [&](int value) { return splat(Int(8), value, bytes.type().lanes()); };
        const PairForm &form = bent.form;
        return form.with_below == form.with ? all(form.with)
                                            : select(bytes < all(bent.bend), all(form.with_below), all(form.with));
    }

    static Expr widened(const Expr &bytes, const BentForm<PairForm> &bent) {
        const auto wide = [&](const Expr &value) { return Cast::make(Int(32, value.type().lanes()), value); };
        const int mul = bent.form.mul, times = bent.form.times, scale = bent.form.scale;
        const Expr sum = wide(bytes) * mul + wide(partners(bytes, bent)) * times;
        return saturating_cast(bytes.type(), (sum * scale + (1 << 14)) >> 15);
    }

    /// The form of the elements that vpunpcklbw takes from each half of a vector, or vpunpckhbw.
    static Expr half(const Expr &bytes, const Expr &partners, const PairForm &form, bool high) {
        std::vector<int> pairs;
        for (int i = 0; i < packed_bytes / 2; i++) {
            pairs.push_back(i / 8 * 16 + i % 8 + (high ? 8 : 0));
            pairs.push_back(packed_bytes + pairs.back());
        }
        const Expr spread = Shuffle::make({bytes, partners}, pairs);
        const Expr factors = splat(UInt(16), form.mul | form.times << 8, packed_bytes / 2);
        const Expr sums = Call::make(Int(16, packed_bytes / 2), "saturating_dot_product",
                                     {reinterpret(UInt(8, packed_bytes), factors), spread}, Call::PureIntrinsic);
        return rounding_mul_shift_right(sums, splat(Int(16), form.scale, packed_bytes / 2), 15);
    }

    Expr expanded(const Expr &bytes, const Call *call) const override {
        const BentForm<PairForm> bent = pair_form_of(call);
        const int lanes = bytes.type().lanes();
        if (lanes % packed_bytes != 0) {
            return widened(bytes, bent);
        }
        std::vector<Expr> vectors;
        for (int first = 0; first < lanes; first += packed_bytes) {
            const Expr part = lanes == packed_bytes ? bytes : Shuffle::make_slice(bytes, first, 1, packed_bytes);
            const std::string name = unique_name("partners");
            const Expr with = Variable::make(part.type(), name);
            vectors.push_back(
                Let::make(name, partners(part, bent),
                          pack_words(half(part, with, bent.form, false), half(part, with, bent.form, true))));
        }
        return vectors.size() == 1 ? vectors.front() : Shuffle::make_concat(vectors);
    }
};

} // namespace

std::shared_ptr<IRMutator> expand_word_forms() { return std::make_shared<ExpandWordForms>(); }

std::shared_ptr<IRMutator> expand_pair_forms() { return std::make_shared<ExpandPairForms>(); }

} // namespace nibble::x86
