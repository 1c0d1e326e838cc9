// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/device_buffers.h"

#include <set>
#include <stdexcept>
#include <string>

#include "schedules/cuda/device_loops.h"

namespace nibble::cuda {

using namespace Halide;
using namespace Halide::Internal;

namespace {

bool manages_buffer(const Expr &value) {
    static const std::set<std::string> names = {Call::buffer_set_device_dirty, "halide_copy_to_device",
                                                "halide_device_malloc"};
    const Call *call = value.as<Call>();
    return call != nullptr && names.count(call->name) != 0;
}

class DeviceBuffers : public DeviceMutator {
protected:
    using DeviceMutator::visit;

    Stmt visit(const Evaluate *op) override {
        return manages_buffer(op->value) ? Evaluate::make(0) : DeviceMutator::visit(op);
    }

    Stmt visit(const Allocate *op) override {
        if (!in_device() && launches_grids(op->body)) {
            throw std::invalid_argument("allocation " + op->name +
                                        ": found one between two grids, expected none, for a call may not allocate");
        }
        return DeviceMutator::visit(op);
    }

    /// Without a parameter, whose alignment is that of an element, code generators take the largest for a pointer.
    Expr visit(const Load *op) override {
        if (in_device() && is_quad(op)) {
            const Expr base = simplify(op->index.as<Ramp>()->base / word);
            return reinterpret(op->type, Load::make(UInt(32, word), op->name, Ramp::make(base, 1, word), op->image,
                                                    Parameter(), const_true(word), op->alignment / word));
        }
        return in_device() ? Load::make(op->type, op->name, mutate(op->index), op->image, Parameter(),
                                        mutate(op->predicate), op->alignment)
                           : DeviceMutator::visit(op);
    }

    Stmt visit(const Store *op) override {
        return in_device() ? Store::make(op->name, mutate(op->value), mutate(op->index), Parameter(),
                                         mutate(op->predicate), op->alignment)
                           : DeviceMutator::visit(op);
    }

private:
    static constexpr int word = 4, quad = 16; // bytes

    /// Sixteen of a buffer's bytes that are one load, if only it is of words.
    static bool is_quad(const Load *op) {
        const Ramp *ramp = op->index.as<Ramp>();
        return op->param.defined() && op->type.bits() == 8 && op->type.lanes() == quad && ramp != nullptr &&
               is_const_one(ramp->stride) && is_const_one(op->predicate) && op->alignment.modulus % quad == 0 &&
               op->alignment.remainder % quad == 0;
    }
};

} // namespace

std::shared_ptr<IRMutator> device_buffers() { return std::make_shared<DeviceBuffers>(); }

} // namespace nibble::cuda
