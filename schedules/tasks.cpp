// SPDX-License-Identifier: Apache-2.0
#include "schedules/tasks.h"

#include <algorithm>

namespace nibble {

using namespace Halide;

namespace {

constexpr int64_t least_instructions = 1 << 16; // ten microseconds; a thread that sleeps takes some to wake
constexpr int64_t task_instructions = 1 << 12;
constexpr int64_t enough_tasks = 8; // two workers lose at most a tenth where they don't divide them
constexpr int64_t wanted_tasks = 32;

/// The outermost loop with enough iterations, so that workers meet seldom; else the one with most.
const TaskLoop *best_loop(const std::vector<TaskLoop> &loops) {
    const TaskLoop *best = nullptr;
    for (const TaskLoop &loop : loops) {
        if (loop.iterations >= enough_tasks) {
            return &loop;
        }
        if (loop.iterations > (best == nullptr ? 1 : best->iterations)) {
            best = &loop;
        }
    }
    return best;
}

} // namespace

TaskLoop steps_apart(const std::string &name, int64_t extent, int64_t step) {
    return {name, extent % step == 0 ? extent / step : 1};
}

int64_t iterations_per_task(int64_t iterations, int64_t instructions) {
    const int64_t tasks = std::min({iterations, wanted_tasks, std::max<int64_t>(1, instructions / task_instructions)});
    int64_t each = iterations / tasks;
    while (iterations % each != 0) {
        each--;
    }
    return each;
}

void run_in_tasks(Func func, const std::vector<TaskLoop> &loops, int64_t instructions, const Tile &tile) {
    if (tile.count("tasks") != 0) {
        instructions = std::max(instructions, wanted_tasks * task_instructions);
    }
    const TaskLoop *loop = instructions < least_instructions ? nullptr : best_loop(loops);
    if (loop == nullptr) {
        return;
    }
    const Var each(loop->name), task("task");
    const auto iterations = static_cast<int>(iterations_per_task(loop->iterations, instructions));
    func.split(each, task, each, iterations, TailStrategy::RoundUp).parallel(task);
}

} // namespace nibble
