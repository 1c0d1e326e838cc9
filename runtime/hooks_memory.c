/* halide_malloc and halide_free over a worker's heap, a stack of blocks in the caller's scratch arena.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel_abi.h"
#include "worker.h"

void *halide_malloc(void *user_context, size_t bytes) {
    nibble_worker *worker = (nibble_worker *)user_context;
    size_t room = (size_t)(worker->end - worker->top);
    /* The first comparison keeps the price from wrapping around. */
    if (bytes > room || nibble_heap_block_cost(bytes) > room) {
        return NULL;
    }
    nibble_heap_block *block = (nibble_heap_block *)worker->top;
    block->below = worker->last;
    block->in_use = 1;
    worker->last = block;
    worker->top += nibble_heap_block_cost(bytes);
    return (uint8_t *)block + NIBBLE_HEAP_BLOCK_OVERHEAD;
}

void halide_free(void *user_context, void *memory) {
    nibble_worker *worker = (nibble_worker *)user_context;
    if (memory == NULL) {
        return;
    }
    ((nibble_heap_block *)((uint8_t *)memory - NIBBLE_HEAP_BLOCK_OVERHEAD))->in_use = 0;
    while (worker->last != NULL && !worker->last->in_use) {
        worker->top = (uint8_t *)worker->last;
        worker->last = worker->last->below;
    }
}
