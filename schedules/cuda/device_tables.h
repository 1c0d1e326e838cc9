// Pass that gives a device's kernels their constant tables. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::cuda {

/// Tables of an algorithm become constants of the device's own module. Halide would copy them from the host into an
/// allocation of the device at the first call, and keep that in a writable global.
std::shared_ptr<Halide::Internal::IRMutator> device_tables();

} // namespace nibble::cuda
