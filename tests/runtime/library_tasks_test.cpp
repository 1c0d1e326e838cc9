// The loops of a generated library over threads that its caller keeps, with arenas of the declared sizes.
// SPDX-License-Identifier: Apache-2.0
//
// Built with ThreadSanitizer too (preset tsan), which sees the plan walker, the hooks, the tasks' contexts and the
// caller's threads here. Generated code is not instrumented: that its tasks write bytes of their own is what
// tests/generators/tasks_test.cpp shows.
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "bench/worker_pool.h"
#include "tasks.h"
#include "tests/runtime/arena.h"

namespace {

using nibble::WorkerPool;
using nibble::test::Arena;
using Bytes = std::vector<uint8_t>;

/// A function of the library, which needs less than the declared arenas where another needs more, and the bytes of what
/// it takes.
struct LayerFunction {
    const char *name;
    int (*run)(const nibble_context *, const void *const inputs[], void *const outputs[]);
    int (*pack)(const void *const constants[], void *packed);
    size_t src, dst, wei, channels, packed;
};

const LayerFunction functions[] = {
    {"strips", tasks_strips, tasks_strips_pack, 28 * 28 * 32, 28 * 28 * 64, 64 * 9 * 32, 64, TASKS_STRIPS_PACKED_BYTES},
    {"panels", tasks_panels, tasks_panels_pack, 7 * 7 * 128, 7 * 7 * 256, 256 * 9 * 128, 256,
     TASKS_PANELS_PACKED_BYTES},
    {"rows", tasks_rows, tasks_rows_pack, 64 * 256, 64 * 256, 256 * 256, 256, TASKS_ROWS_PACKED_BYTES},
    {"blocks", tasks_blocks, tasks_blocks_pack, 28 * 28 * 192, 28 * 28 * 192, 9 * 192, 192, TASKS_BLOCKS_PACKED_BYTES},
};

Bytes random_bytes(size_t count) {
    std::mt19937 generator(7);
    Bytes bytes(count);
    for (uint8_t &byte : bytes) {
        byte = static_cast<uint8_t>(generator());
    }
    return bytes;
}

class LibraryTasks : public testing::TestWithParam<LayerFunction> {
protected:
    void SetUp() override {
        // The library is one for AVX2: it runs on every x86-64 processor since 2015, those of CI among them.
        if (tasks_supported() == 0) {
            GTEST_SKIP() << "this CPU lacks what x86-64-avx2 needs";
        }
        const LayerFunction &layer = GetParam();
        const Bytes wei = random_bytes(layer.wei);
        const std::vector<int32_t> bia(layer.channels, 100), multiplier(layer.channels, 1 << 30),
            shift(layer.channels, -7);
        const void *const constants[] = {wei.data(), bia.data(), multiplier.data(), shift.data()};
        src_ = random_bytes(layer.src);
        packed_ = std::make_unique<Arena>(layer.packed);
        ASSERT_EQ(layer.pack(constants, packed_->data()), NIBBLE_OK);
        EXPECT_EQ(run(scratch_.context()), NIBBLE_OK);
        expected_ = dst_;
    }

    /// Calls the function on an output of other bytes.
    int run(const nibble_context &context) {
        dst_.assign(GetParam().dst, 0x55);
        const void *const inputs[] = {src_.data(), packed_->data()};
        void *const outputs[] = {dst_.data()};
        return GetParam().run(&context, inputs, outputs);
    }

    /// The least scratch that the function does not refuse.
    size_t least_scratch() {
        size_t least = 0, most = TASKS_SCRATCH_BYTES;
        while (least < most) {
            nibble_context context = scratch_.context();
            context.scratch_bytes = (least + most) / 2;
            if (run(context) == NIBBLE_ERROR_SCRATCH_TOO_SMALL) {
                least = context.scratch_bytes + 1;
            } else {
                most = context.scratch_bytes;
            }
        }
        return least;
    }

    Bytes src_, dst_, expected_;
    std::unique_ptr<Arena> packed_;
    Arena scratch_{TASKS_SCRATCH_BYTES};
};

TEST_P(LibraryTasks, EqualOneThreadOnAnyNumberOfWorkers) {
    const size_t needed = least_scratch();
    for (const int workers : {1, 2, 7}) {
        WorkerPool pool(workers, needed);
        nibble_context context = scratch_.context();
        context.scratch_bytes = needed;
        pool.lend_to(context);
        for (int call = 0; call < 5; ++call) {
            EXPECT_EQ(run(context), NIBBLE_OK);
            EXPECT_TRUE(dst_ == expected_) << workers << " workers";
        }
        EXPECT_TRUE(pool.intact());
    }
}

TEST_P(LibraryTasks, AnArenaThatIsAByteTooSmallLeavesTheOutput) {
    const size_t needed = least_scratch();
    WorkerPool pool(2, needed);
    nibble_context context = scratch_.context();
    pool.lend_to(context);
    context.scratch_bytes = needed - 1;
    EXPECT_EQ(run(context), NIBBLE_ERROR_SCRATCH_TOO_SMALL);
    EXPECT_TRUE(dst_ == Bytes(dst_.size(), 0x55));
}

TEST_P(LibraryTasks, AWorkersArenaThatIsAByteTooSmallIsAFailure) {
    WorkerPool pool(2, least_scratch() - 1);
    nibble_context context = scratch_.context();
    pool.lend_to(context);
    EXPECT_EQ(run(context), NIBBLE_ERROR_KERNEL);
    EXPECT_TRUE(pool.intact());
}

TEST_P(LibraryTasks, TheDeclaredArenasAreEnough) {
    WorkerPool pool(2, TASKS_WORKER_SCRATCH_BYTES);
    nibble_context context = scratch_.context();
    pool.lend_to(context);
    EXPECT_EQ(run(context), NIBBLE_OK);
    EXPECT_TRUE(dst_ == expected_);
}

INSTANTIATE_TEST_SUITE_P(Layers, LibraryTasks, testing::ValuesIn(functions),
                         [](const auto &test) { return std::string(test.param.name); });

} // namespace
