/* What a Halide kernel and the runtime agree on: the buffer structure, the task type and the heap's price.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Declared here in our own words so that nothing of Halide is needed to build or to use a library. tests/runtime
 * compares every offset with HalideRuntime.h. C99 and C++. */
#ifndef NIBBLE_RUNTIME_KERNEL_ABI_H_
#define NIBBLE_RUNTIME_KERNEL_ABI_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Element type of a buffer: Halide's halide_type_t. */
typedef struct nibble_buffer_type {
    uint8_t code;   /**< 0 signed, 1 unsigned, 2 float */
    uint8_t bits;   /**< of one element */
    uint16_t lanes; /**< 1 */
} nibble_buffer_type;

/** A kernel argument: Halide's halide_buffer_t. Kernels are generated for static dense shapes, without asserts and
 * bounds queries, and read `host` alone; the rest is there because the structure has it. */
typedef struct nibble_buffer {
    uint64_t device;              /**< GPU allocation; 0 */
    const void *device_interface; /**< NULL */
    uint8_t *host;                /**< first element */
    uint64_t flags;               /**< dirty bits of host and device; 0 */
    nibble_buffer_type type;
    int32_t dimensions; /**< entries of dim; 0 */
    void *dim;          /**< min, extent, stride of each dimension; NULL */
    void *padding;      /**< reserved by Halide; NULL */
} nibble_buffer;

/** The body of a parallel loop inside a kernel: Halide's halide_task_t. Returns 0 or an error. */
typedef int (*nibble_kernel_task)(void *user_context, int index, uint8_t *closure);

/** Alignment in bytes of everything that halide_malloc returns, and the granule of its prices. */
#define NIBBLE_HEAP_ALIGNMENT 128u
/** Bytes before each block: its header, which keeps the block aligned. */
#define NIBBLE_HEAP_BLOCK_OVERHEAD 128u
/** Bytes after each block that a kernel may read: Halide's vector loads run over the end by less than this, on Hexagon
 * LLVM's by less than a vector. */
#define NIBBLE_HEAP_TAIL_HEXAGON 128u
#ifdef __hexagon__
#define NIBBLE_HEAP_TAIL NIBBLE_HEAP_TAIL_HEXAGON
#else
#define NIBBLE_HEAP_TAIL 8u
#endif

/** What a block of `bytes` costs of the heap. The sum over the blocks that a kernel holds at one time is its need;
 * blocks that are freed out of order count until all blocks above them are freed. */
static inline uint64_t nibble_heap_block_cost_with(uint64_t bytes, uint64_t tail) {
    uint64_t granules = (bytes + tail + NIBBLE_HEAP_ALIGNMENT - 1) / NIBBLE_HEAP_ALIGNMENT;
    return NIBBLE_HEAP_BLOCK_OVERHEAD + granules * NIBBLE_HEAP_ALIGNMENT;
}

static inline uint64_t nibble_heap_block_cost(uint64_t bytes) {
    return nibble_heap_block_cost_with(bytes, NIBBLE_HEAP_TAIL);
}

/** The hooks that kernels call; local symbols in a generated library. user_context is a nibble_worker *. */
void *halide_malloc(void *user_context, size_t bytes);
void halide_free(void *user_context, void *block);
int halide_do_par_for(void *user_context, nibble_kernel_task task, int min, int size, uint8_t *closure);

#ifdef __cplusplus
}
#endif
#endif
