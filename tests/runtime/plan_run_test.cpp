// nibble_plan_run over plans of fake kernels: order and addresses of the arguments, and every status a call can return.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/cpu_features.h"
#include "runtime/kernel_abi.h"
#include "runtime/plan.h"
#include "runtime/worker.h"
#include "tests/runtime/arena.h"

namespace {

using nibble::test::Arena;

constexpr int64_t element_count = 64;

const nibble_buffer *buffer(void **args, int index) { return static_cast<const nibble_buffer *>(args[index]); }

nibble_worker *worker_of(void **args) { return *static_cast<nibble_worker **>(args[0]); }

// dst[i] = src[i] + wei[i], staged through the heap.
int add_constants(void **args) {
    nibble_worker *worker = worker_of(args);
    auto *staged = static_cast<uint8_t *>(halide_malloc(worker, element_count));
    std::memcpy(staged, buffer(args, 1)->host, element_count);
    for (int64_t i = 0; i < element_count; ++i) {
        buffer(args, 3)->host[i] = static_cast<uint8_t>(staged[i] + buffer(args, 2)->host[i]);
    }
    halide_free(worker, staged);
    return 0;
}

// dst[i] = 2 * src[i].
int twice(void **args) {
    for (int64_t i = 0; i < element_count; ++i) {
        buffer(args, 2)->host[i] = static_cast<uint8_t>(2 * buffer(args, 1)->host[i]);
    }
    return 0;
}

int fail(void **) { return -1; }

int fail_inside_a_loop(void **args) {
    // A kernel without asserts drops the loop's result.
    auto task = [](void *, int index, uint8_t *) { return index == 3 ? -7 : 0; };
    EXPECT_EQ(halide_do_par_for(worker_of(args), task, 0, 5, nullptr), -7);
    return 0;
}

constexpr nibble_plan_arg arg(uint64_t space, uint64_t index, uint64_t offset) { return {space, index, offset, 0, 8}; }

constexpr uint64_t arena_bytes = 128;
constexpr uint64_t scratch_bytes = arena_bytes + 256; // 256: nibble_heap_block_cost(element_count)

/// out0 = 2 * (in0 + constants[128...]), the sum in the arena.
class PlanRun : public ::testing::Test {
protected:
    PlanRun() {
        for (int i = 0; i < element_count; ++i) {
            input[i] = static_cast<uint8_t>(3 * i);
            constants[128 + i] = static_cast<uint8_t>(i + 1);
        }
        output.fill(untouched);
    }

    int run() { return nibble_plan_run(&context, inputs, outputs, &plan); }

    void expect_refused(int status) {
        EXPECT_EQ(run(), status);
        for (uint8_t byte : output) {
            ASSERT_EQ(byte, untouched);
        }
    }

    static constexpr uint8_t untouched = 0xA5;
    alignas(128) std::array<uint8_t, 256> constants{};
    std::array<uint8_t, element_count> input{};
    std::array<uint8_t, element_count> output{};
    const void *inputs[1] = {input.data()};
    void *outputs[1] = {output.data()};
    nibble_plan_arg first_args[3] = {arg(NIBBLE_IN_INPUT, 0, 0), arg(NIBBLE_IN_CONSTANTS, 0, 128),
                                     arg(NIBBLE_IN_ARENA, 0, 64)};
    nibble_plan_arg second_args[2] = {arg(NIBBLE_IN_ARENA, 0, 64), arg(NIBBLE_IN_OUTPUT, 0, 0)};
    nibble_plan_step steps[2] = {{add_constants, first_args, 3, 0}, {twice, second_args, 2, 0}};
    nibble_plan plan = {steps, 2, constants.data(), 1, 1, arena_bytes, scratch_bytes, 0, 1, NIBBLE_CPU_BIT(sse2)};
    Arena arena{scratch_bytes};
    nibble_context context = arena.context();
};

TEST_F(PlanRun, StepsRunInOrderOnTheirAddresses) {
    ASSERT_EQ(run(), NIBBLE_OK);
    for (int i = 0; i < element_count; ++i) {
        EXPECT_EQ(output[i], static_cast<uint8_t>(2 * (3 * i + i + 1))) << i;
    }
}

TEST_F(PlanRun, SecondCallGivesTheSame) {
    ASSERT_EQ(run(), NIBBLE_OK);
    auto first = output;
    output.fill(untouched);
    ASSERT_EQ(run(), NIBBLE_OK);
    EXPECT_EQ(output, first);
}

TEST_F(PlanRun, BuffersCarryTheirTypeAndNothingElse) {
    static nibble_buffer seen;
    auto keep = [](void **args) {
        seen = *buffer(args, 1);
        return 0;
    };
    nibble_plan_arg typed = {NIBBLE_IN_CONSTANTS, 0, 64, 2, 32};
    nibble_plan_step step = {keep, &typed, 1, 0};
    plan.steps = &step;
    plan.step_count = 1;
    ASSERT_EQ(run(), NIBBLE_OK);
    EXPECT_EQ(seen.host, constants.data() + 64);
    EXPECT_EQ(seen.type.code, 2);
    EXPECT_EQ(seen.type.bits, 32);
    EXPECT_EQ(seen.type.lanes, 1);
    EXPECT_EQ(seen.dimensions, 0);
    EXPECT_EQ(seen.dim, nullptr);
    EXPECT_EQ(seen.device, 0u);
    EXPECT_EQ(seen.flags, 0u);
}

TEST_F(PlanRun, MostArgumentsAreAllPassed) {
    auto count = [](void **args) {
        for (int i = 1; i <= NIBBLE_MAX_KERNEL_ARGS; ++i) {
            EXPECT_EQ(buffer(args, i)->host, buffer(args, 1)->host + (i - 1));
        }
        return 0;
    };
    std::vector<nibble_plan_arg> many;
    for (uint64_t i = 0; i < NIBBLE_MAX_KERNEL_ARGS; ++i) {
        many.push_back(arg(NIBBLE_IN_ARENA, 0, i));
    }
    nibble_plan_step step = {count, many.data(), many.size(), 0};
    plan.steps = &step;
    plan.step_count = 1;
    EXPECT_EQ(run(), NIBBLE_OK);
}

TEST_F(PlanRun, NullPointersAreRefused) {
    EXPECT_EQ(nibble_plan_run(nullptr, inputs, outputs, &plan), NIBBLE_ERROR_NULL_ARGUMENT);
    EXPECT_EQ(nibble_plan_run(&context, nullptr, outputs, &plan), NIBBLE_ERROR_NULL_ARGUMENT);
    EXPECT_EQ(nibble_plan_run(&context, inputs, nullptr, &plan), NIBBLE_ERROR_NULL_ARGUMENT);
    inputs[0] = nullptr;
    expect_refused(NIBBLE_ERROR_NULL_ARGUMENT);
    inputs[0] = input.data();
    outputs[0] = nullptr;
    expect_refused(NIBBLE_ERROR_NULL_ARGUMENT);
}

TEST_F(PlanRun, PlanWithoutInputsTakesNoInputs) {
    nibble_plan_arg args[2] = {arg(NIBBLE_IN_CONSTANTS, 0, 128), arg(NIBBLE_IN_OUTPUT, 0, 0)};
    nibble_plan_step step = {twice, args, 2, 0};
    plan = {&step, 1, constants.data(), 0, 1, 0, 0, 0, 1, 0};
    ASSERT_EQ(nibble_plan_run(&context, nullptr, outputs, &plan), NIBBLE_OK);
    EXPECT_EQ(output[9], 20);
}

TEST_F(PlanRun, ContextOfAnotherVersionIsRefused) {
    context.abi_version = NIBBLE_ABI_VERSION + 1;
    expect_refused(NIBBLE_ERROR_ABI_MISMATCH);
    context.abi_version = NIBBLE_ABI_VERSION;
    for (uint32_t size : {uint32_t{0}, uint32_t{sizeof(nibble_context) - 8}, uint32_t{sizeof(nibble_context) + 8}}) {
        context.size = size;
        expect_refused(NIBBLE_ERROR_ABI_MISMATCH);
    }
}

TEST_F(PlanRun, UnsupportedCpuIsRefusedUnlessCheckedBefore) {
    plan.cpu_features = uint64_t{1} << NIBBLE_CPU_FEATURE_COUNT;
    expect_refused(NIBBLE_ERROR_UNSUPPORTED_CPU);
    context.cpu_checked = 1;
    EXPECT_EQ(run(), NIBBLE_OK);
}

TEST_F(PlanRun, SmallScratchIsRefused) {
    context.scratch_bytes = scratch_bytes - 1;
    expect_refused(NIBBLE_ERROR_SCRATCH_TOO_SMALL);
    context.scratch_bytes = scratch_bytes;
    context.scratch = nullptr;
    expect_refused(NIBBLE_ERROR_SCRATCH_TOO_SMALL);
}

TEST_F(PlanRun, SmallVtcmIsRefused) {
    plan.vtcm_bytes = 256;
    expect_refused(NIBBLE_ERROR_VTCM_TOO_SMALL);
    Arena vtcm(384);
    context.vtcm = vtcm.data();
    context.vtcm_bytes = 255;
    expect_refused(NIBBLE_ERROR_VTCM_TOO_SMALL);
    context.vtcm_bytes = 256;
    EXPECT_EQ(run(), NIBBLE_OK);
}

// An activation in the first bytes of VTCM, and a kernel that leaves a mark at the begin of its heap there.
TEST_F(PlanRun, ActivationsLieInVtcmBesideTheKernelsHeap) {
    auto mark = [](void **args) {
        *worker_of(args)->vtcm.top = 0x5A;
        return twice(args);
    };
    first_args[2] = second_args[0] = arg(NIBBLE_IN_VTCM, 0, 0);
    steps[1].kernel = mark;
    steps[1].vtcm_offset = 128;
    plan.vtcm_bytes = 256;
    Arena vtcm(256);
    context.vtcm = vtcm.data();
    context.vtcm_bytes = 256;
    ASSERT_EQ(run(), NIBBLE_OK);
    for (int i = 0; i < element_count; ++i) {
        EXPECT_EQ(vtcm.data()[i], static_cast<uint8_t>(3 * i + i + 1)) << i;
        EXPECT_EQ(output[i], static_cast<uint8_t>(2 * (3 * i + i + 1))) << i;
    }
    EXPECT_EQ(vtcm.data()[128], 0x5A);
}

TEST_F(PlanRun, MisalignedArenasAreRefused) {
    Arena larger(scratch_bytes + 128);
    context.scratch = larger.data() + 64;
    expect_refused(NIBBLE_ERROR_MISALIGNED);
    context.scratch = larger.data();
    plan.vtcm_bytes = 64;
    context.vtcm = larger.data() + 32;
    context.vtcm_bytes = 64;
    expect_refused(NIBBLE_ERROR_MISALIGNED);
}

TEST_F(PlanRun, InputsAndOutputsNeedTheirElementsAlignment) {
    first_args[0].type_bits = 32;
    inputs[0] = constants.data() + 2;
    expect_refused(NIBBLE_ERROR_MISALIGNED);
    inputs[0] = constants.data();
    EXPECT_EQ(run(), NIBBLE_OK);
    output.fill(untouched);
    second_args[1].type_bits = 16;
    outputs[0] = constants.data() + 1;
    expect_refused(NIBBLE_ERROR_MISALIGNED);
}

TEST_F(PlanRun, PlanWithoutScratchTakesNone) {
    plan.step_count = 1;
    steps[0] = {twice, second_args, 2, 0};
    second_args[0] = arg(NIBBLE_IN_INPUT, 0, 0);
    plan.arena_bytes = plan.scratch_bytes = 0;
    context.scratch = nullptr;
    context.scratch_bytes = 0;
    EXPECT_EQ(run(), NIBBLE_OK);
}

TEST_F(PlanRun, FailingKernelEndsTheCall) {
    steps[0].kernel = fail;
    expect_refused(NIBBLE_ERROR_KERNEL);
}

TEST_F(PlanRun, FailureInsideALoopEndsTheCall) {
    steps[0].kernel = fail_inside_a_loop;
    expect_refused(NIBBLE_ERROR_KERNEL);
}

TEST(StatusString, EveryStatusHasItsOwnText) {
    std::vector<std::string> seen;
    for (int status = NIBBLE_OK; status <= NIBBLE_ERROR_DEVICE; ++status) {
        std::string text = nibble_status_string(status);
        EXPECT_FALSE(text.empty());
        for (const std::string &other : seen) {
            EXPECT_NE(text, other);
        }
        seen.push_back(text);
    }
}

TEST(StatusString, UnknownStatusIsNamedSo) {
    for (int status : {-1, NIBBLE_ERROR_DEVICE + 1, INT32_MAX, INT32_MIN}) {
        EXPECT_STREQ(nibble_status_string(status), "unknown status");
    }
}

} // namespace
