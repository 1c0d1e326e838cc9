// The structures that compilers of three kinds lay out alike: Halide's buffers, the plan tables, the public context.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <type_traits>

#include <HalideRuntime.h>
#include <gtest/gtest.h>

// Declares Halide's hooks again: a signature that differs from HalideRuntime.h's does not compile.
#include "runtime/kernel_abi.h"
#include "runtime/plan.h"
#include "runtime/worker.h"

// Equal offsets of all fields and equal sizes of the whole leave no room for a field of another size.
#define EXPECT_SAME_FIELD(field) EXPECT_EQ(offsetof(nibble_buffer, field), offsetof(halide_buffer_t, field)) << #field

TEST(Abi, BufferIsHalidesBuffer) {
    EXPECT_EQ(sizeof(nibble_buffer), sizeof(halide_buffer_t));
    EXPECT_EQ(alignof(nibble_buffer), alignof(halide_buffer_t));
    EXPECT_SAME_FIELD(device);
    EXPECT_SAME_FIELD(device_interface);
    EXPECT_SAME_FIELD(host);
    EXPECT_SAME_FIELD(flags);
    EXPECT_SAME_FIELD(type);
    EXPECT_SAME_FIELD(dimensions);
    EXPECT_SAME_FIELD(dim);
    EXPECT_SAME_FIELD(padding);
}

TEST(Abi, BufferTypeIsHalidesType) {
    EXPECT_EQ(offsetof(nibble_buffer_type, code), offsetof(halide_type_t, code));
    EXPECT_EQ(offsetof(nibble_buffer_type, bits), offsetof(halide_type_t, bits));
    EXPECT_EQ(offsetof(nibble_buffer_type, lanes), offsetof(halide_type_t, lanes));
    EXPECT_EQ(halide_type_int, 0);
    EXPECT_EQ(halide_type_uint, 1);
    EXPECT_EQ(halide_type_float, 2);
}

TEST(Abi, TaskIsHalidesTask) { EXPECT_TRUE((std::is_same_v<nibble_kernel_task, halide_task_t>)); }

// compiler/assembly.cpp writes the tables as a row of 8-byte words: the offsets are its contract.
TEST(Abi, PlanArgIsFiveWords) {
    EXPECT_EQ(offsetof(nibble_plan_arg, space), 0u);
    EXPECT_EQ(offsetof(nibble_plan_arg, index), 8u);
    EXPECT_EQ(offsetof(nibble_plan_arg, offset), 16u);
    EXPECT_EQ(offsetof(nibble_plan_arg, type_code), 24u);
    EXPECT_EQ(offsetof(nibble_plan_arg, type_bits), 32u);
    EXPECT_EQ(sizeof(nibble_plan_arg), 40u);
}

TEST(Abi, PlanStepIsFourWords) {
    EXPECT_EQ(offsetof(nibble_plan_step, kernel), 0u);
    EXPECT_EQ(offsetof(nibble_plan_step, args), 8u);
    EXPECT_EQ(offsetof(nibble_plan_step, arg_count), 16u);
    EXPECT_EQ(offsetof(nibble_plan_step, vtcm_offset), 24u);
    EXPECT_EQ(sizeof(nibble_plan_step), 32u);
}

TEST(Abi, PlanIsNineWords) {
    EXPECT_EQ(offsetof(nibble_plan, steps), 0u);
    EXPECT_EQ(offsetof(nibble_plan, step_count), 8u);
    EXPECT_EQ(offsetof(nibble_plan, constants), 16u);
    EXPECT_EQ(offsetof(nibble_plan, input_count), 24u);
    EXPECT_EQ(offsetof(nibble_plan, output_count), 32u);
    EXPECT_EQ(offsetof(nibble_plan, arena_bytes), 40u);
    EXPECT_EQ(offsetof(nibble_plan, scratch_bytes), 48u);
    EXPECT_EQ(offsetof(nibble_plan, vtcm_bytes), 56u);
    EXPECT_EQ(offsetof(nibble_plan, buffer_alignment), 64u);
    EXPECT_EQ(offsetof(nibble_plan, cpu_features), 72u);
    EXPECT_EQ(sizeof(nibble_plan), 80u);
}

TEST(Abi, RowsPlanIsFiveWordsAndItsStepTwo) {
    EXPECT_EQ(offsetof(nibble_rows_step, rows), 0u);
    EXPECT_EQ(offsetof(nibble_rows_step, plan), 8u);
    EXPECT_EQ(sizeof(nibble_rows_step), 16u);
    EXPECT_EQ(offsetof(nibble_rows_plan, steps), 0u);
    EXPECT_EQ(offsetof(nibble_rows_plan, step_count), 8u);
    EXPECT_EQ(offsetof(nibble_rows_plan, inputs), 16u);
    EXPECT_EQ(offsetof(nibble_rows_plan, src_row_bytes), 24u);
    EXPECT_EQ(offsetof(nibble_rows_plan, dst_row_bytes), 32u);
    EXPECT_EQ(sizeof(nibble_rows_plan), 40u);
}

TEST(Abi, ContextHasNoHoles) {
    EXPECT_EQ(offsetof(nibble_context, size), 0u);
    EXPECT_EQ(offsetof(nibble_context, abi_version), 4u);
    EXPECT_EQ(offsetof(nibble_context, scratch), 8u);
    EXPECT_EQ(offsetof(nibble_context, scratch_bytes), 16u);
    EXPECT_EQ(offsetof(nibble_context, vtcm), 24u);
    EXPECT_EQ(offsetof(nibble_context, vtcm_bytes), 32u);
    EXPECT_EQ(offsetof(nibble_context, parallel_for), 40u);
    EXPECT_EQ(offsetof(nibble_context, parallel_for_data), 48u);
    EXPECT_EQ(offsetof(nibble_context, cuda_handle), 56u);
    EXPECT_EQ(offsetof(nibble_context, cuda_memory), 64u);
    EXPECT_EQ(offsetof(nibble_context, cpu_checked), 68u);
    EXPECT_EQ(sizeof(nibble_context), 72u);
}

TEST(Abi, TensorInfoHasNoHoles) {
    EXPECT_EQ(offsetof(nibble_tensor_info, name), 0u);
    EXPECT_EQ(offsetof(nibble_tensor_info, dtype), 8u);
    EXPECT_EQ(offsetof(nibble_tensor_info, rank), 12u);
    EXPECT_EQ(offsetof(nibble_tensor_info, shape), 16u);
    EXPECT_EQ(offsetof(nibble_tensor_info, bytes), 64u);
    EXPECT_EQ(offsetof(nibble_tensor_info, scale), 72u);
    EXPECT_EQ(offsetof(nibble_tensor_info, zero_point), 76u);
    EXPECT_EQ(sizeof(nibble_tensor_info), 80u);
}

TEST(Abi, InfoHasNoHoles) {
    EXPECT_EQ(offsetof(nibble_info, size), 0u);
    EXPECT_EQ(offsetof(nibble_info, abi_version), 4u);
    EXPECT_EQ(offsetof(nibble_info, name), 8u);
    EXPECT_EQ(offsetof(nibble_info, target), 16u);
    EXPECT_EQ(offsetof(nibble_info, version), 24u);
    EXPECT_EQ(offsetof(nibble_info, input_count), 32u);
    EXPECT_EQ(offsetof(nibble_info, output_count), 36u);
    EXPECT_EQ(offsetof(nibble_info, inputs), 40u);
    EXPECT_EQ(offsetof(nibble_info, outputs), 48u);
    EXPECT_EQ(offsetof(nibble_info, scratch_bytes), 56u);
    EXPECT_EQ(offsetof(nibble_info, worker_scratch_bytes), 64u);
    EXPECT_EQ(offsetof(nibble_info, vtcm_bytes), 72u);
    EXPECT_EQ(offsetof(nibble_info, stack_bytes), 80u);
    EXPECT_EQ(sizeof(nibble_info), 88u);
}

TEST(Abi, HeapHeaderFitsItsOverhead) {
    EXPECT_LE(sizeof(nibble_heap_block), NIBBLE_HEAP_BLOCK_OVERHEAD);
    EXPECT_EQ(NIBBLE_HEAP_BLOCK_OVERHEAD % NIBBLE_HEAP_ALIGNMENT, 0u);
    EXPECT_EQ(NIBBLE_ARENA_ALIGNMENT % NIBBLE_HEAP_ALIGNMENT, 0u);
}
