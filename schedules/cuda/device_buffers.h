// Pass for kernels whose buffers live on the device. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::cuda {

/// Takes a caller's buffers as they are, on the device and aligned to 16 bytes: no copies to or from it and no
/// allocations, so that a kernel launches its grids and nothing else.
std::shared_ptr<Halide::Internal::IRMutator> device_buffers();

} // namespace nibble::cuda
