// SPDX-License-Identifier: Apache-2.0
#include "bench/worker_pool.h"

#include <algorithm>
#include <chrono>

namespace nibble {

struct WorkerPool::Worker {
    explicit Worker(size_t scratch_bytes) : scratch(scratch_bytes) {
        context.size = sizeof(context);
        context.abi_version = NIBBLE_ABI_VERSION;
        context.scratch = scratch.data();
        context.scratch_bytes = scratch_bytes;
    }

    GuardedBuffer scratch;
    nibble_context context{};
    std::thread thread; ///< none of the caller's
};

namespace {

/// Returns when `done` does: spins, since what is waited for is near, then gives way to other threads, then naps.
template <typename Done>
void wait_until(Done done) {
    constexpr int spins = 20000, yields = 1000;
    for (int i = 0; !done(); ++i) {
        if (i < spins) {
            __builtin_ia32_pause();
        } else if (i < spins + yields) {
            std::this_thread::yield();
        } else {
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
    }
}

} // namespace

WorkerPool::WorkerPool(int workers, size_t scratch_bytes) {
    for (int i = 0; i < workers; ++i) {
        workers_.push_back(std::make_unique<Worker>(scratch_bytes));
    }
    for (int i = 1; i < workers; ++i) {
        workers_[static_cast<size_t>(i)]->thread = std::thread([this, i] { wait_for_work(i); });
    }
}

WorkerPool::~WorkerPool() {
    stopping_ = true;
    rounds_.fetch_add(1, std::memory_order_release);
    for (size_t i = 1; i < workers_.size(); ++i) {
        workers_[i]->thread.join();
    }
}

void WorkerPool::wait_for_work(int worker) {
    for (uint32_t round = 0;; ++round) {
        wait_until([&] { return rounds_.load(std::memory_order_acquire) != round; });
        if (stopping_) {
            return;
        }
        (*work_)(worker);
        busy_.fetch_sub(1, std::memory_order_release);
    }
}

void WorkerPool::run_on_each(const std::function<void(int)> &work) {
    work_ = &work;
    busy_.store(static_cast<int>(workers_.size()) - 1, std::memory_order_relaxed);
    rounds_.fetch_add(1, std::memory_order_release);
    work(0);
    wait_until([&] { return busy_.load(std::memory_order_acquire) == 0; });
}

int WorkerPool::parallel_for(void *pool, int32_t count, nibble_task task, void *task_data) {
    auto &self = *static_cast<WorkerPool *>(pool);
    std::atomic<int32_t> next{0};
    std::atomic<int> first{NIBBLE_OK};
    self.run_on_each([&](int worker) {
        const nibble_context *context = &self.workers_[static_cast<size_t>(worker)]->context;
        for (int32_t i = next++; i < count; i = next++) {
            int none = NIBBLE_OK;
            if (const int status = task(task_data, context, i)) {
                first.compare_exchange_strong(none, status);
            }
        }
    });
    return first;
}

void WorkerPool::lend_to(nibble_context &context) {
    context.parallel_for = parallel_for;
    context.parallel_for_data = this;
}

bool WorkerPool::intact() const {
    return std::all_of(workers_.begin(), workers_.end(), [](const auto &worker) { return worker->scratch.intact(); });
}

} // namespace nibble
