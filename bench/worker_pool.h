// Threads that wait for the loops of a generated library, as a caller would keep them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "bench/guarded_buffer.h"
#include "nibble.h"

namespace nibble {

/// A parallel-for over a fixed number of workers, the calling thread among them. A worker that waits spins, for loops
/// follow one another within microseconds; after some milliseconds it sleeps. One loop runs at a time.
class WorkerPool {
public:
    /// Each worker lends an arena of exactly `scratch_bytes`, with guards around it.
    WorkerPool(int workers, size_t scratch_bytes);
    ~WorkerPool();
    WorkerPool(const WorkerPool &) = delete;
    WorkerPool &operator=(const WorkerPool &) = delete;

    int size() const { return static_cast<int>(workers_.size()); }
    /// Has the context's loops run here.
    void lend_to(nibble_context &context);
    /// Calls `work` once on every worker at the same time.
    void run_on_each(const std::function<void(int worker)> &work);
    /// Whether no worker wrote beside its arena.
    bool intact() const;

private:
    struct Worker;

    static int parallel_for(void *pool, int32_t count, nibble_task task, void *task_data);
    void wait_for_work(int worker);

    std::vector<std::unique_ptr<Worker>> workers_; ///< the first is the caller's
    const std::function<void(int)> *work_ = nullptr;
    std::atomic<uint32_t> rounds_{0}; ///< counts calls of run_on_each; the last one has stopping_ set
    std::atomic<int> busy_{0};        ///< threads that have not ended this round
    bool stopping_ = false;
};

} // namespace nibble
