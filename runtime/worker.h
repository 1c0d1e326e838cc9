/* What a kernel's user context points to: the caller's context and the heap that serves halide_malloc.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NIBBLE_RUNTIME_WORKER_H_
#define NIBBLE_RUNTIME_WORKER_H_

#include "nibble.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Stands before each block of a heap. Blocks lie in the order of their allocation. */
typedef struct nibble_heap_block {
    struct nibble_heap_block *below; /**< the block allocated before this one, or NULL */
    uint64_t in_use;                 /**< 0 once freed; the space returns when all blocks above are freed too */
} nibble_heap_block;

/** A stack of blocks in a piece of an arena; [top, end) is free. All zeros: a heap that has nothing. */
typedef struct nibble_heap {
    uint8_t *top;            /**< first free byte, aligned to NIBBLE_HEAP_ALIGNMENT */
    uint8_t *end;            /**< after the last byte of the heap */
    nibble_heap_block *last; /**< the block that ends at top, or NULL */
} nibble_heap;

/** The heap of an arena of `bytes` from byte `offset` on, rounded up to NIBBLE_HEAP_ALIGNMENT; where there is no arena
 * or nothing left of it, one that has nothing. */
nibble_heap nibble_heap_within(void *arena, uint64_t offset, uint64_t bytes);

/** `bytes` at NIBBLE_HEAP_ALIGNMENT, or NULL where there is no room for what nibble_heap_block_cost says. */
void *nibble_heap_take(nibble_heap *heap, size_t bytes);

/** Gives back what nibble_heap_take returned; NULL is nothing. */
void nibble_heap_give(nibble_heap *heap, void *memory);

/** Lives on the stack of a call, or of one iteration of a parallel loop. */
typedef struct nibble_worker {
    const nibble_context *context;
    nibble_heap scratch;   /**< serves halide_malloc */
    nibble_heap vtcm;      /**< serves halide_vtcm_malloc */
    uint64_t worker_bytes; /**< scratch bytes that the context of a parallel worker must have */
    int status;            /**< first failure of a parallel loop: kernels without asserts do not pass it on */
} nibble_worker;

/** A worker whose heaps are the context's VTCM arena and its scratch arena from byte `offset` on, rounded up to
 * NIBBLE_HEAP_ALIGNMENT. */
nibble_worker nibble_worker_at(const nibble_context *context, uint64_t offset, uint64_t worker_bytes);

/** A worker whose heaps are what `outer` has not allocated. */
nibble_worker nibble_worker_within(const nibble_worker *outer);

/** NIBBLE_OK where the context is there and of this version. */
int nibble_context_check(const nibble_context *context);

/** NIBBLE_OK where an arena of `bytes` serves a need of `needed`; `too_small` where it is absent or too small. */
int nibble_arena_check(const void *arena, uint64_t bytes, uint64_t needed, int too_small);

#ifdef __cplusplus
}
#endif
#endif
