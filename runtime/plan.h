/* The constant tables that a generated library carries, and the function that walks them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * gen_kernels writes these structures as assembler data (compiler/assembly.cpp): every field is a pointer or 8 bytes
 * wide and lies at a multiple of its size, so that the layout needs no thought. tests/runtime checks each offset. */
#ifndef NIBBLE_RUNTIME_PLAN_H_
#define NIBBLE_RUNTIME_PLAN_H_

#include "nibble.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Entry of a kernel: args[0] points to the user context (a nibble_worker *), args[i] to a nibble_buffer. */
typedef int (*nibble_kernel)(void **args);

/** Most buffers that one kernel takes. */
#define NIBBLE_MAX_KERNEL_ARGS 16

/** Where a kernel argument lives. */
enum { NIBBLE_IN_INPUT = 0, NIBBLE_IN_OUTPUT = 1, NIBBLE_IN_ARENA = 2, NIBBLE_IN_CONSTANTS = 3, NIBBLE_IN_VTCM = 4 };

/** One kernel argument: `offset` bytes into input `index`, output `index`, the arena, the constants or VTCM. */
typedef struct nibble_plan_arg {
    uint64_t space;
    uint64_t index;
    uint64_t offset;
    uint64_t type_code; /**< halide_type_code_t: 0 int, 1 uint, 2 float */
    uint64_t type_bits;
} nibble_plan_arg;

/** One kernel call. */
typedef struct nibble_plan_step {
    nibble_kernel kernel;
    const nibble_plan_arg *args;
    uint64_t arg_count;   /**< at most NIBBLE_MAX_KERNEL_ARGS */
    uint64_t vtcm_offset; /**< where the kernel's heap in VTCM begins: beside the activations there */
} nibble_plan_step;

/** A function of the library: the steps of a model or of one layer. */
typedef struct nibble_plan {
    const nibble_plan_step *steps;
    uint64_t step_count;
    const void *constants; /**< packed weights and parameters, 128-byte aligned */
    uint64_t input_count;
    uint64_t output_count;
    uint64_t
        arena_bytes; /**< activations: the first bytes of the scratch arena; a multiple of NIBBLE_ARENA_ALIGNMENT */
    uint64_t
        scratch_bytes; /**< arena_bytes + the largest need of a kernel, which is also what each worker's arena needs */
    uint64_t vtcm_bytes;       /**< activations there and the kernels' heaps */
    uint64_t buffer_alignment; /**< bytes, a power of two: inputs and outputs begin at a multiple of it */
    uint64_t cpu_features;     /**< bits of runtime/cpu_features.h that the kernels use */
} nibble_plan;

/** Checks everything a call can get wrong before any output is touched, then runs the steps in order.
 * The plan comes last so that a library's entry points are one load and one jump. */
int nibble_plan_run(const nibble_context *context, const void *const inputs[], void *const outputs[],
                    const nibble_plan *plan);

/** NIBBLE_OK where a call's context is of this version, no tensor is missing or misaligned and the CPU has the plan's
 * features. */
int nibble_plan_check(const nibble_context *context, const void *const inputs[], void *const outputs[],
                      const nibble_plan *plan);

/** The plan of one layer for a number of rows. */
typedef struct nibble_rows_step {
    uint64_t rows;
    const nibble_plan *plan;
} nibble_rows_step;

/** A function of the library that takes any number of rows of inputs[0] and outputs[0]. */
typedef struct nibble_rows_plan {
    const nibble_rows_step *steps; /**< by rows, descending; the last has one row */
    uint64_t step_count;
    uint64_t inputs; /**< the first has the rows; a bare layer's second one its constants */
    uint64_t src_row_bytes;
    uint64_t dst_row_bytes;
} nibble_rows_plan;

/** nibble_plan_run for each of some pieces that make up the rows. What a call can get wrong shows in the first. */
int nibble_rows_run(const nibble_context *context, const void *const inputs[], void *const outputs[], size_t rows,
                    const nibble_rows_plan *plan);

/** 1 where the CPU and the operating system have every feature of the mask, else 0. */
int nibble_cpu_supports(uint64_t cpu_features);

#ifdef __cplusplus
}
#endif

#endif
