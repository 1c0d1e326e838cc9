// Finds the grids of a kernel. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble::cuda {

/// A rewrite that knows whether it is inside of a grid.
class DeviceMutator : public Halide::Internal::IRMutator {
protected:
    using IRMutator::visit;

    Halide::Internal::Stmt visit(const Halide::Internal::For *op) override;
    bool in_device() const { return in_device_; }

private:
    bool in_device_ = false;
};

/// Whether a device runs a part of the statement.
bool launches_grids(const Halide::Internal::Stmt &);

} // namespace nibble::cuda
