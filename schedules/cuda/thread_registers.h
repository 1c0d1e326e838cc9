// Pass that keeps a block's accumulators in its threads' registers. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::cuda {

/// A Func in registers that is computed for a whole block is there for each thread, which touches only its own part:
/// its places become the same constants in every thread, so that they can be registers.
std::shared_ptr<Halide::Internal::IRMutator> thread_registers();

} // namespace nibble::cuda
