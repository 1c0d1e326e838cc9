// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tasks_in_turn.h"

#include <algorithm>

namespace nibble::test {

TasksInTurn::TasksInTurn(int workers, size_t scratch_bytes) {
    for (int i = 0; i < workers; ++i) {
        arenas_.push_back(
            std::make_unique<GuardedMemory>(scratch_bytes, Placement::before_guard, NIBBLE_ARENA_ALIGNMENT));
        arenas_.back()->fill(0xAA);
        nibble_context context = {};
        context.size = sizeof(context);
        context.abi_version = NIBBLE_ABI_VERSION;
        context.scratch = arenas_.back()->data();
        context.scratch_bytes = scratch_bytes;
        contexts_.push_back(context);
    }
}

void TasksInTurn::lend_to(nibble_context &context) {
    context.parallel_for = parallel_for;
    context.parallel_for_data = this;
}

bool TasksInTurn::guards_intact() const {
    return std::all_of(arenas_.begin(), arenas_.end(), [](const auto &arena) { return arena->guards_intact(); });
}

int TasksInTurn::parallel_for(void *data, int32_t count, nibble_task task, void *task_data) {
    auto &self = *static_cast<TasksInTurn *>(data);
    self.most_tasks_ = std::max(self.most_tasks_, count);
    int status = NIBBLE_OK;
    for (int32_t i = 0; i < count && status == NIBBLE_OK; ++i) {
        const int32_t index = self.reversed ? count - 1 - i : i;
        if (self.only < 0 || self.only == index) {
            status = task(task_data, &self.contexts_[static_cast<size_t>(i) % self.contexts_.size()], index);
        }
    }
    return status;
}

} // namespace nibble::test
