// Which activations live in VTCM while <name>_run runs, instead of the scratch arena.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/program.h"

namespace nibble {

/// Moves activations of a program whose kernels are built into the target's VTCM, beside what each kernel takes of it
/// while it runs: first those that save bytes off the chip (off_chip.h), the most first; then, where the scratch arena
/// still is larger than `scratch_bytes`, those without which it is smaller. Starts anew where some are there already.
void place_in_vtcm(Program &program, std::optional<int64_t> scratch_bytes);

} // namespace nibble
