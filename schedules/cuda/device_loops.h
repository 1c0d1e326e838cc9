// Finds the grids of a kernel. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble::cuda {

/// Whether a device runs a part of the statement.
bool launches_grids(const Halide::Internal::Stmt &);

} // namespace nibble::cuda
