// Runs code on a stack of its own and survives its faults, so that one bad kernel doesn't hide what the others do.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "tests/support/guarded_memory.h"

namespace nibble::test {

/// A signal that ended trapped code, and the address that it was about.
struct Fault {
    int signal = 0;
    const void *address = nullptr;
};

/// Runs `body`, which must not throw, on `stack`: memory placed after its guard, so that running over it faults.
/// Returns the fault that ended the body, if one did; its locals are not destroyed then. One thread of a process at a
/// time.
std::optional<Fault> run_trapped(const std::function<void()> &body, const GuardedMemory &stack);

} // namespace nibble::test
