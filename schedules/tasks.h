// Which loop of a kernel runs as tasks of the caller's parallel-for, and how many.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <Halide.h>

#include "schedules/schedule.h"

namespace nibble {

/// A loop that may run as tasks.
struct TaskLoop {
    std::string name;
    int64_t iterations; ///< 1 where some of them write the same bytes
};

/// The loop of `extent` in steps of `step`, the last of which overlaps the one before where it does not fit: two tasks
/// would write the same bytes.
TaskLoop steps_apart(const std::string &name, int64_t extent, int64_t step);

/// Iterations of a task, a divisor of them all: tasks enough to be spread evenly over a few workers, and none so short
/// that its start would count.
int64_t iterations_per_task(int64_t iterations, int64_t instructions);

/// Runs the best of these loops of `func`, outermost first, as tasks, and none where a kernel of so many vector
/// `instructions` is done before other threads have begun; a tile with "tasks" has them in any. Tasks share what is
/// computed outside of the loop.
void run_in_tasks(Halide::Func, const std::vector<TaskLoop> &, int64_t instructions, const Tile &);

} // namespace nibble
