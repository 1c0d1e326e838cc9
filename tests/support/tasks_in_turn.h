// A parallel-for that needs no threads: tasks one after the other, on the contexts of several workers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "nibble.h"
#include "tests/support/guarded_memory.h"

namespace nibble::test {

/// Runs tasks in order or in reverse, each on the next worker's context, or only one of a loop's tasks.
class TasksInTurn {
public:
    /// Workers with arenas of exactly `scratch_bytes`, the end of each beside a page that faults.
    TasksInTurn(int workers, size_t scratch_bytes);

    void lend_to(nibble_context &context);
    bool guards_intact() const;
    /// Most tasks that a loop had.
    int32_t most_tasks() const { return most_tasks_; }

    bool reversed = false;
    int32_t only = -1; ///< the one task that runs, or -1

private:
    static int parallel_for(void *self, int32_t count, nibble_task task, void *task_data);

    std::vector<std::unique_ptr<GuardedMemory>> arenas_;
    std::vector<nibble_context> contexts_;
    int32_t most_tasks_ = 0;
};

} // namespace nibble::test
