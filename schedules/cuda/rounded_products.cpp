// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/rounded_products.h"

#include "schedules/cuda/device_loops.h"

namespace nibble::cuda {

using namespace Halide;
using namespace Halide::Internal;

namespace {

class RoundedProducts : public DeviceMutator {
protected:
    using DeviceMutator::visit;

    Expr visit(const Mul *op) override {
        return in_device() && is_f32(op->type) ? product(op->type, op->a, op->b) : DeviceMutator::visit(op);
    }

    Expr visit(const Call *op) override {
        return in_device() && is_f32(op->type) && op->is_intrinsic(Call::strict_mul)
                   ? product(op->type, op->args[0], op->args[1])
                   : DeviceMutator::visit(op);
    }

private:
    static bool is_f32(const Type &type) { return type.element_of() == Float(32); }

    Expr product(const Type &type, const Expr &a, const Expr &b) {
        return Call::make(type, "llvm.nvvm.mul.rn.f", {mutate(a), mutate(b)}, Call::PureExtern);
    }
};

} // namespace

std::shared_ptr<IRMutator> rounded_products() { return std::make_shared<RoundedProducts>(); }

} // namespace nibble::cuda
