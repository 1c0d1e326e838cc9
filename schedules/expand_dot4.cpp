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

class ExpandDot4 : public IRMutator {
public:
    explicit ExpandDot4(bool vnni) : vnni_(vnni) {}

protected:
    using IRMutator::visit;

    Expr visit(const Call *op) override {
        if (op->name != dot4_u8s8_name) {
            return IRMutator::visit(op);
        }
        const Expr acc = mutate(op->args[0]), window = mutate(op->args[1]), taps = mutate(op->args[2]);
        // Halide's runtime has the wrapper for vectors of 4, 8 and 16 lanes only.
        const int lanes = op->type.lanes();
        if (vnni_ && (lanes == 4 || lanes == 8 || lanes == 16)) {
            return Call::make(op->type, "dpbusd", {acc, window, taps}, Call::PureExtern);
        }
        const std::string window_name = unique_name("window"), taps_name = unique_name("taps");
        const Expr w = Variable::make(window.type(), window_name), t = Variable::make(taps.type(), taps_name);
        Expr total = acc;
        for (int i = 0; i < 4; i++) {
            total = total + byte_of(w, i) * byte_of(t, i);
        }
        return Let::make(window_name, window, Let::make(taps_name, taps, total));
    }

private:
    bool vnni_;
};

} // namespace

std::shared_ptr<IRMutator> expand_dot4_by_products() { return std::make_shared<ExpandDot4>(false); }
std::shared_ptr<IRMutator> expand_dot4_by_vnni() { return std::make_shared<ExpandDot4>(true); }

} // namespace nibble
