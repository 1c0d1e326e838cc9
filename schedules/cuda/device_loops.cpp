// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/device_loops.h"

namespace nibble::cuda {

using namespace Halide;
using namespace Halide::Internal;

namespace {

class FindGrid : public IRVisitor {
public:
    bool found = false;

protected:
    using IRVisitor::visit;

    void visit(const For *op) override {
        found = found || op->device_api == DeviceAPI::CUDA;
        IRVisitor::visit(op);
    }
};

} // namespace

Stmt DeviceMutator::visit(const For *op) {
    const bool outermost = op->device_api == DeviceAPI::CUDA && !in_device_;
    in_device_ = in_device_ || outermost;
    const Stmt result = IRMutator::visit(op);
    in_device_ = in_device_ && !outermost;
    return result;
}

bool launches_grids(const Stmt &statement) {
    FindGrid finder;
    statement.accept(&finder);
    return finder.found;
}

} // namespace nibble::cuda
