// halide_malloc and halide_free: alignment, prices, orders of freeing, exhaustion.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/kernel_abi.h"
#include "runtime/worker.h"
#include "tests/runtime/arena.h"

namespace {

using nibble::test::Arena;

class Heap : public ::testing::Test {
protected:
    explicit Heap(size_t bytes = 4096)
        : arena(bytes), context(arena.context()), worker(nibble_worker_at(&context, 0, 0)) {}

    uint8_t *allocate(size_t bytes) { return static_cast<uint8_t *>(halide_malloc(&worker, bytes)); }
    void release(void *block) { halide_free(&worker, block); }
    uint64_t used() const { return static_cast<uint64_t>(worker.scratch.top - arena.data()); }

    Arena arena;
    nibble_context context;
    nibble_worker worker;
};

TEST_F(Heap, CostIsHeaderPlusBytesAndTailInGranules) {
    EXPECT_EQ(nibble_heap_block_cost(0), 256u);
    EXPECT_EQ(nibble_heap_block_cost(120), 256u);
    EXPECT_EQ(nibble_heap_block_cost(121), 384u);
    EXPECT_EQ(nibble_heap_block_cost(65536), 128u + 65536u + 128u);
}

TEST_F(Heap, BlocksAreAlignedAndCostTheirPrice) {
    uint64_t expected = 0;
    for (size_t bytes : {0, 1, 64, 120, 121, 500}) {
        uint8_t *block = allocate(bytes);
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % NIBBLE_HEAP_ALIGNMENT, 0u);
        expected += nibble_heap_block_cost(bytes);
        EXPECT_EQ(used(), expected);
    }
}

TEST_F(Heap, LastInFirstOutGivesSpaceBackAtOnce) {
    uint8_t *a = allocate(100);
    uint8_t *b = allocate(200);
    release(b);
    EXPECT_EQ(used(), nibble_heap_block_cost(100));
    EXPECT_EQ(allocate(10), b);
    release(b);
    release(a);
    EXPECT_EQ(used(), 0u);
}

TEST_F(Heap, FirstInFirstOutGivesSpaceBackAtTheEnd) {
    uint8_t *a = allocate(100);
    uint8_t *b = allocate(200);
    uint8_t *c = allocate(300);
    uint64_t full = used();
    release(a);
    release(b);
    EXPECT_EQ(used(), full);
    release(c);
    EXPECT_EQ(used(), 0u);
}

TEST_F(Heap, BlockInTheMiddleReturnsWithTheOneAbove) {
    allocate(100);
    uint8_t *b = allocate(200);
    uint8_t *c = allocate(300);
    release(b);
    release(c);
    EXPECT_EQ(used(), nibble_heap_block_cost(100));
}

TEST_F(Heap, FreeOfNullIsNothing) {
    allocate(100);
    release(nullptr);
    EXPECT_EQ(used(), nibble_heap_block_cost(100));
}

TEST_F(Heap, ExhaustedIsNullAndChangesNothing) {
    uint8_t *a = allocate(4096 - 128 - NIBBLE_HEAP_TAIL);
    ASSERT_NE(a, nullptr);
    EXPECT_EQ(used(), 4096u);
    EXPECT_EQ(allocate(0), nullptr);
    release(a);
    EXPECT_EQ(allocate(4096 - 128 - NIBBLE_HEAP_TAIL + 1), nullptr);
    EXPECT_EQ(used(), 0u);
}

TEST_F(Heap, SizesThatWrapAroundAreNull) {
    for (size_t bytes : {SIZE_MAX, SIZE_MAX - 7, SIZE_MAX - 127, SIZE_MAX - 256, size_t{1} << 63}) {
        EXPECT_EQ(allocate(bytes), nullptr) << bytes;
    }
}

TEST_F(Heap, TailOfTheLastBlockIsInsideTheArena) {
    uint8_t *block = allocate(4096 - 128 - NIBBLE_HEAP_TAIL);
    ASSERT_NE(block, nullptr);
    std::memset(block, 1, 4096 - 128);
}

TEST_F(Heap, OffsetIsRoundedUpAndLargeOnesLeaveNothing) {
    nibble_worker offset = nibble_worker_at(&context, 129, 0);
    EXPECT_EQ(offset.scratch.top, arena.data() + 256);
    nibble_worker beyond = nibble_worker_at(&context, 4096, 0);
    EXPECT_EQ(halide_malloc(&beyond, 0), nullptr);
}

TEST_F(Heap, NestedHeapStartsAboveTheOuterBlocks) {
    uint8_t *outer = allocate(100);
    std::memset(outer, 7, 100);
    nibble_worker inner = nibble_worker_within(&worker);
    uint8_t *block = static_cast<uint8_t *>(halide_malloc(&inner, 50));
    EXPECT_EQ(block, outer + nibble_heap_block_cost(100));
    halide_free(&inner, block);
    EXPECT_EQ(inner.scratch.top, worker.scratch.top);
    EXPECT_EQ(outer[99], 7);
}

/// A block of the random test: what was asked for and the byte that fills it.
struct Held {
    uint8_t *data;
    size_t bytes;
    uint8_t fill;
};

void expect_intact(const Held &held) {
    for (size_t i = 0; i < held.bytes; ++i) {
        ASSERT_EQ(held.data[i], held.fill);
    }
}

TEST_F(Heap, RandomOrdersNeverOverlapAndEndEmpty) {
    constexpr unsigned seed = 20261121;
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<Held> blocks;
    for (int i = 0; i < 2000; ++i) {
        size_t bytes = random() % 400;
        uint8_t *data = random() % 2 ? allocate(bytes) : nullptr;
        if (data != nullptr) {
            blocks.push_back({data, bytes, static_cast<uint8_t>(i)});
            std::memset(data, i, bytes);
        } else if (!blocks.empty()) {
            size_t victim = random() % blocks.size();
            expect_intact(blocks[victim]);
            release(blocks[victim].data);
            blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(victim));
        }
    }
    for (const Held &held : blocks) {
        expect_intact(held);
        release(held.data);
    }
    EXPECT_EQ(used(), 0u);
}

} // namespace
