// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_dot4.h"

#include "generators/dot4.h"

namespace nibble {

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// Byte i of each lane of `word`, widened to int32 by its own signedness.
Expr byte_of(const Expr &word, int i) {
    const int lanes = word.type().lanes();
    const Expr by = lanes == 1 ? make_const(UInt(32), 8 * i) : Broadcast::make(make_const(UInt(32), 8 * i), lanes);
    const Expr shifted = Call::make(word.type(), Call::shift_right, {word, by}, Call::PureIntrinsic);
    return Cast::make(Int(32, lanes), Cast::make(word.type().with_bits(8), shifted));
}

/// The bytes of words, as s8.
Expr signed_bytes(const Expr &words) { return reinterpret(Int(8, 4 * words.type().lanes()), words); }

class ExpandSignedDot4 : public IRMutator {
protected:
    using IRMutator::visit;

    Expr visit(const Call *op) override {
        if (op->name != dot4_s8s8_name) {
            return IRMutator::visit(op);
        }
        const int lanes = op->type.lanes();
        const std::string window_name = unique_name("window");
        const Expr window = signed_bytes(mutate(op->args[1])), named = Variable::make(window.type(), window_name);
        Expr total = mutate(op->args[0]);
        for (size_t i = 2; i < op->args.size(); i++) {
            const Expr products = widening_mul(named, signed_bytes(mutate(op->args[i])));
            total = total + VectorReduce::make(VectorReduce::Add, Cast::make(Int(32, 4 * lanes), products), lanes);
        }
        return Let::make(window_name, window, total);
    }
};

class ExpandDot4 : public IRMutator {
public:
    explicit ExpandDot4(bool vnni) : vnni_(vnni) {}

protected:
    using IRMutator::visit;

    Expr visit(const Call *op) override {
        if (op->name != dot4_u8s8_name) {
            return IRMutator::visit(op);
        }
        const std::string window_name = unique_name("window");
        const Expr window = mutate(op->args[1]), named = Variable::make(window.type(), window_name);
        Expr total = mutate(op->args[0]);
        for (size_t i = 2; i < op->args.size(); i++) {
            total = dot(total, named, mutate(op->args[i]));
        }
        return Let::make(window_name, window, total);
    }

private:
    Expr dot(Expr total, const Expr &window, const Expr &taps) const {
        // Halide's runtime has the wrapper for vectors of 4, 8 and 16 lanes only.
        const int lanes = total.type().lanes();
        if (vnni_ && (lanes == 4 || lanes == 8 || lanes == 16)) {
            return Call::make(total.type(), "dpbusd", {total, window, taps}, Call::PureExtern);
        }
        const std::string taps_name = unique_name("taps");
        const Expr t = Variable::make(taps.type(), taps_name);
        for (int i = 0; i < 4; i++) {
            total = total + byte_of(window, i) * byte_of(t, i);
        }
        return Let::make(taps_name, taps, total);
    }

    bool vnni_;
};

} // namespace

std::shared_ptr<IRMutator> expand_dot4_by_products() { return std::make_shared<ExpandDot4>(false); }
std::shared_ptr<IRMutator> expand_dot4_by_sdot() { return std::make_shared<ExpandSignedDot4>(); }
std::shared_ptr<IRMutator> expand_dot4_by_vnni() { return std::make_shared<ExpandDot4>(true); }

} // namespace nibble
