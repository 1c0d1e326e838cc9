// The last step of transpose_conv2d, for all families.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble {

/// Outputs of a row in one phase.
int64_t phase_columns(const Attributes &kernel);

/// Computes the phases of a row of outputs (Func "dst", as tile_dot has it) before the row is put together from them.
void schedule_interleaving(Algorithm &, int vector_bytes);

} // namespace nibble
