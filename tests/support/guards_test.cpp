// The helpers that find what kernels must not do, on functions that do it.
// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include <gtest/gtest.h>

#include "tests/support/fault_trap.h"

namespace nibble::test {
namespace {

constexpr size_t stack_bytes = 16 * 1024;

std::optional<Fault> trapped_read(const uint8_t *address) {
    const GuardedMemory stack(stack_bytes, Placement::after_guard);
    return run_trapped([&] { (void)*static_cast<const volatile uint8_t *>(address); }, stack);
}

TEST(GuardedMemory, FaultsBesideTheBufferWhereItIsPlaced) {
    const GuardedMemory above(100, Placement::before_guard);
    EXPECT_FALSE(trapped_read(above.data()));
    EXPECT_FALSE(trapped_read(above.data() + 99));
    const auto beyond = trapped_read(above.data() + 100);
    ASSERT_TRUE(beyond);
    EXPECT_EQ(beyond->signal, SIGSEGV);
    EXPECT_EQ(beyond->address, above.data() + 100);
    EXPECT_TRUE(above.owns(beyond->address));

    const GuardedMemory below(100, Placement::after_guard);
    EXPECT_FALSE(trapped_read(below.data()));
    EXPECT_TRUE(trapped_read(below.data() - 1));
}

TEST(GuardedMemory, KeepsTheAlignmentOfItsStart) {
    const GuardedMemory memory(100, Placement::before_guard, 64);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory.data()) % 64, 0u);
    EXPECT_TRUE(trapped_read(memory.data() + 128));
    EXPECT_FALSE(trapped_read(memory.data() + 127));
}

TEST(GuardedMemory, NoticesWritesBesideTheBuffer) {
    for (const Placement placement : {Placement::before_guard, Placement::after_guard}) {
        GuardedMemory memory(100, placement);
        memory.fill(7);
        EXPECT_TRUE(memory.guards_intact());
        memory.data()[placement == Placement::before_guard ? -1 : 100] = 7;
        EXPECT_FALSE(memory.guards_intact());
    }
}

TEST(GuardedMemory, IsReadOnlyWhereAskedFor) {
    GuardedMemory memory(4, Placement::after_guard);
    const uint8_t source[4] = {1, 2, 3, 4};
    memory.fill(source, false);
    const GuardedMemory stack(stack_bytes, Placement::after_guard);
    const auto write = [&] { *static_cast<volatile uint8_t *>(memory.data()) = 9; };
    EXPECT_TRUE(run_trapped(write, stack));
    EXPECT_EQ(memory.data()[0], 1);
    memory.fill(source, true);
    EXPECT_FALSE(run_trapped(write, stack));
    EXPECT_EQ(memory.data()[0], 9);
}

/// Touches every page of `bytes` of stack.
void use_stack(size_t bytes) {
    volatile uint8_t block[1024];
    block[0] = 1;
    if (bytes > sizeof(block)) {
        use_stack(bytes - sizeof(block));
    }
    block[1] = block[0];
}

TEST(RunTrapped, FindsAStackThatIsTooSmall) {
    const GuardedMemory stack(stack_bytes, Placement::after_guard);
    EXPECT_FALSE(run_trapped([] { use_stack(stack_bytes / 2); }, stack));
    const auto fault = run_trapped([] { use_stack(2 * stack_bytes); }, stack);
    ASSERT_TRUE(fault);
    EXPECT_TRUE(stack.owns(fault->address));
}

TEST(RunTrapped, GoesOnAfterManyFaults) {
    int finished = 0;
    const GuardedMemory stack(stack_bytes, Placement::after_guard);
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(trapped_read(stack.data() - 1));
        EXPECT_FALSE(run_trapped([&] { ++finished; }, stack));
    }
    EXPECT_EQ(finished, 100);
}

} // namespace
} // namespace nibble::test
