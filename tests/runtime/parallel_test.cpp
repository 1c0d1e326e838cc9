// halide_do_par_for without a parallel-for, over one that runs threads, and over ones that misbehave.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstring>
#include <deque>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/kernel_abi.h"
#include "runtime/worker.h"
#include "tests/runtime/arena.h"

namespace {

using nibble::test::Arena;

constexpr size_t block_bytes = 300;
constexpr size_t worker_bytes = 512; // nibble_heap_block_cost(block_bytes)

/// Threads with an arena each, as a caller would keep them.
struct Pool {
    explicit Pool(int workers, size_t bytes = worker_bytes) {
        for (int i = 0; i < workers; ++i) {
            arenas.emplace_back(bytes);
            contexts.push_back(arenas.back().context());
        }
    }

    static int run(void *data, int32_t count, nibble_task task, void *task_data) {
        auto *pool = static_cast<Pool *>(data);
        std::atomic<int32_t> next{0};
        std::atomic<int> first{NIBBLE_OK};
        auto loop = [&](const nibble_context *context) {
            for (int32_t i = next++; i < count; i = next++) {
                int none = NIBBLE_OK;
                if (int status = task(task_data, context, i)) {
                    first.compare_exchange_strong(none, status);
                }
            }
        };
        std::vector<std::thread> threads;
        for (const nibble_context &context : pool->contexts) {
            threads.emplace_back(loop, &context);
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
        return first;
    }

    std::deque<Arena> arenas;
    std::vector<nibble_context> contexts;
};

/// What the tasks below count: how often each iteration ran.
struct Counts {
    explicit Counts(int size) : runs(static_cast<size_t>(size)) {}
    std::vector<std::atomic<int>> runs;
    int min = 0;
};

// Fills a block of the iteration's own heap and sees that nobody else writes there.
int count_iteration(void *user_context, int index, uint8_t *closure) {
    auto *counts = reinterpret_cast<Counts *>(closure);
    auto *block = static_cast<uint8_t *>(halide_malloc(user_context, block_bytes));
    if (block == nullptr) {
        return -1;
    }
    std::memset(block, index, block_bytes);
    counts->runs[static_cast<size_t>(index - counts->min)]++;
    std::this_thread::yield();
    bool intact = true;
    for (size_t i = 0; i < block_bytes; ++i) {
        intact = intact && block[i] == static_cast<uint8_t>(index);
    }
    halide_free(user_context, block);
    return intact ? 0 : -2;
}

int run_counted(nibble_worker *worker, Counts &counts) {
    return halide_do_par_for(worker, count_iteration, counts.min, static_cast<int>(counts.runs.size()),
                             reinterpret_cast<uint8_t *>(&counts));
}

void expect_once_each(const Counts &counts) {
    for (size_t i = 0; i < counts.runs.size(); ++i) {
        EXPECT_EQ(counts.runs[i], 1) << i;
    }
}

class ParallelFor : public ::testing::TestWithParam<int> {};

TEST_P(ParallelFor, RunsEachIterationOnceOnHeapsOfTheirOwn) {
    Pool pool(GetParam());
    Arena arena(128 + worker_bytes);
    nibble_context context = arena.context(Pool::run, &pool);
    for (int size : {0, 1, 2, 7, 100}) {
        nibble_worker worker = nibble_worker_at(&context, 128, worker_bytes);
        Counts counts(size);
        counts.min = -3;
        EXPECT_EQ(run_counted(&worker, counts), NIBBLE_OK) << size;
        EXPECT_EQ(worker.status, NIBBLE_OK);
        expect_once_each(counts);
    }
}

INSTANTIATE_TEST_SUITE_P(Workers, ParallelFor, ::testing::Values(1, 2, 7));

TEST(SerialFor, RunsOnTheCallersHeap) {
    Arena arena(worker_bytes);
    nibble_context context = arena.context();
    nibble_worker worker = nibble_worker_at(&context, 0, worker_bytes);
    Counts counts(9);
    EXPECT_EQ(run_counted(&worker, counts), NIBBLE_OK);
    expect_once_each(counts);
    EXPECT_EQ(worker.scratch.top, arena.data());
}

TEST(SerialFor, StopsAtTheFirstErrorAndRemembersIt) {
    Arena arena(worker_bytes);
    nibble_context context = arena.context();
    nibble_worker worker = nibble_worker_at(&context, 0, worker_bytes);
    auto fail_from_two = [](void *, int index, uint8_t *closure) {
        ++*closure;
        return index >= 2 ? -index : 0;
    };
    uint8_t calls = 0;
    EXPECT_EQ(halide_do_par_for(&worker, fail_from_two, 0, 9, &calls), -2);
    EXPECT_EQ(calls, 3);
    EXPECT_EQ(halide_do_par_for(&worker, fail_from_two, 5, 1, &calls), -5);
    EXPECT_EQ(worker.status, -2);
}

// A caller may run iterations itself, on the context of the call: its blocks and activations must survive.
TEST(SharedContext, IterationsOnTheCallersContextStayAboveItsBlocks) {
    auto inline_for = [](void *data, int32_t count, nibble_task task, void *task_data) {
        int status = NIBBLE_OK;
        for (int32_t i = 0; i < count && status == NIBBLE_OK; ++i) {
            status = task(task_data, *static_cast<nibble_context **>(data), i);
        }
        return status;
    };
    Arena arena(128 + 256 + worker_bytes);
    nibble_context *self = nullptr;
    nibble_context context = arena.context(inline_for, &self);
    self = &context;
    std::memset(arena.data(), 0x11, 128);
    nibble_worker worker = nibble_worker_at(&context, 128, worker_bytes);
    auto *block = static_cast<uint8_t *>(halide_malloc(&worker, 100));
    std::memset(block, 0x22, 100);
    Counts counts(5);
    EXPECT_EQ(run_counted(&worker, counts), NIBBLE_OK);
    expect_once_each(counts);
    EXPECT_EQ(arena.data()[127], 0x11);
    EXPECT_EQ(block[99], 0x22);
    halide_free(&worker, block);
    EXPECT_EQ(worker.scratch.top, arena.data() + 128);
}

/// Bytes of VTCM that the first iteration of a loop has, which the call's context or one of another worker runs.
int64_t vtcm_of_iteration(bool on_callers_context, bool same_vtcm) {
    auto inline_for = [](void *data, int32_t, nibble_task task, void *task_data) {
        return task(task_data, *static_cast<nibble_context **>(data), 0);
    };
    Arena arena(worker_bytes), other_arena(worker_bytes), vtcm(512), other_vtcm(256);
    nibble_context *chosen = nullptr;
    nibble_context context = arena.context(inline_for, &chosen), other = other_arena.context();
    context.vtcm = vtcm.data();
    context.vtcm_bytes = 512;
    other.vtcm = same_vtcm ? vtcm.data() : other_vtcm.data();
    other.vtcm_bytes = same_vtcm ? 512 : 256;
    chosen = on_callers_context ? &context : &other;
    nibble_worker worker = nibble_worker_at(&context, 0, worker_bytes);
    worker.vtcm = nibble_heap_within(context.vtcm, 128, context.vtcm_bytes); // beside activations
    int64_t bytes = -1;
    auto task = [](void *user_context, int, uint8_t *closure) {
        const nibble_heap &heap = static_cast<nibble_worker *>(user_context)->vtcm;
        *reinterpret_cast<int64_t *>(closure) = heap.end - heap.top;
        return 0;
    };
    EXPECT_EQ(halide_do_par_for(&worker, task, 0, 2, reinterpret_cast<uint8_t *>(&bytes)), NIBBLE_OK);
    return bytes;
}

TEST(WorkersVtcm, IsNeverTheCallers) {
    EXPECT_EQ(vtcm_of_iteration(true, true), 512 - 128); // one after the other, above the activations
    EXPECT_EQ(vtcm_of_iteration(false, false), 256);
    EXPECT_EQ(vtcm_of_iteration(false, true), 0);
}

// Each iteration of the outer loop runs an inner loop on its own context, which has no parallel-for.
int nested_iteration(void *user_context, int, uint8_t *closure) {
    auto *counts = reinterpret_cast<Counts *>(closure);
    auto add = [](void *, int index, uint8_t *inner) {
        reinterpret_cast<Counts *>(inner)->runs[static_cast<size_t>(index)]++;
        return 0;
    };
    return halide_do_par_for(user_context, add, 0, static_cast<int>(counts->runs.size()), closure);
}

TEST(NestedLoops, RunOnTheWorkersContext) {
    Pool pool(3);
    Arena arena(128);
    nibble_context context = arena.context(Pool::run, &pool);
    nibble_worker worker = nibble_worker_at(&context, 0, worker_bytes);
    Counts counts(4);
    EXPECT_EQ(halide_do_par_for(&worker, nested_iteration, 0, 6, reinterpret_cast<uint8_t *>(&counts)), NIBBLE_OK);
    for (const auto &runs : counts.runs) {
        EXPECT_EQ(runs, 6);
    }
}

int failing_inner_loop(void *user_context, int, uint8_t *closure) {
    auto fail = [](void *, int, uint8_t *) { return -4; };
    halide_do_par_for(user_context, fail, 0, 2, closure); // a kernel without asserts drops the result
    return 0;
}

TEST(NestedLoops, FailureOfAnInnerLoopIsTheIterations) {
    Pool pool(2);
    Arena arena(128);
    nibble_context context = arena.context(Pool::run, &pool);
    nibble_worker worker = nibble_worker_at(&context, 0, worker_bytes);
    EXPECT_EQ(halide_do_par_for(&worker, failing_inner_loop, 0, 3, nullptr), -4);
    EXPECT_EQ(worker.status, -4);
}

/// The status of a loop whose only worker context is `bad`.
int status_with(nibble_context *bad) {
    auto inline_for = [](void *data, int32_t, nibble_task task, void *task_data) {
        return task(task_data, static_cast<nibble_context *>(data), 0);
    };
    Arena arena(128);
    nibble_context context = arena.context(inline_for, bad);
    nibble_worker worker = nibble_worker_at(&context, 0, worker_bytes);
    Counts counts(2);
    int status = run_counted(&worker, counts);
    EXPECT_EQ(worker.status, status);
    EXPECT_EQ(counts.runs[0], status == NIBBLE_OK ? 1 : 0);
    return status;
}

TEST(WorkerContext, IsCheckedBeforeAnIterationRuns) {
    Arena arena(worker_bytes + 128);
    nibble_context good = arena.context();
    EXPECT_EQ(status_with(&good), NIBBLE_OK);
    EXPECT_EQ(status_with(nullptr), NIBBLE_ERROR_NULL_ARGUMENT);

    nibble_context bad = good;
    bad.abi_version = 0;
    EXPECT_EQ(status_with(&bad), NIBBLE_ERROR_ABI_MISMATCH);
    bad = good;
    bad.scratch_bytes = worker_bytes - 1;
    EXPECT_EQ(status_with(&bad), NIBBLE_ERROR_SCRATCH_TOO_SMALL);
    bad = good;
    bad.scratch = nullptr;
    EXPECT_EQ(status_with(&bad), NIBBLE_ERROR_SCRATCH_TOO_SMALL);
    bad = good;
    bad.scratch = arena.data() + 8;
    bad.scratch_bytes = worker_bytes;
    EXPECT_EQ(status_with(&bad), NIBBLE_ERROR_MISALIGNED);
}

} // namespace
