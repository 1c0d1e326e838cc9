// What a target's machine is to schedules, and the passes that its code generator needs whatever the schedule.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble {

/// Sets the algorithm's facts of the machine.
void set_machine(Algorithm &, const Halide::Target &);
/// After the schedule's own passes.
void add_machine_passes(Algorithm &, const Halide::Target &);

} // namespace nibble
