/* SPDX-License-Identifier: Apache-2.0 */
#include "worker.h"

#include "kernel_abi.h"

void *nibble_heap_take(nibble_heap *heap, size_t bytes) {
    size_t room = (size_t)(heap->end - heap->top);
    /* The first comparison keeps the price from wrapping around. */
    if (bytes > room || nibble_heap_block_cost(bytes) > room) {
        return NULL;
    }
    nibble_heap_block *block = (nibble_heap_block *)heap->top;
    block->below = heap->last;
    block->in_use = 1;
    heap->last = block;
    heap->top += nibble_heap_block_cost(bytes);
    return (uint8_t *)block + NIBBLE_HEAP_BLOCK_OVERHEAD;
}

void nibble_heap_give(nibble_heap *heap, void *memory) {
    if (memory == NULL) {
        return;
    }
    ((nibble_heap_block *)((uint8_t *)memory - NIBBLE_HEAP_BLOCK_OVERHEAD))->in_use = 0;
    while (heap->last != NULL && !heap->last->in_use) {
        heap->top = (uint8_t *)heap->last;
        heap->last = heap->last->below;
    }
}

nibble_heap nibble_heap_within(void *arena, uint64_t offset, uint64_t bytes) {
    nibble_heap heap = {NULL, NULL, NULL};
    uint64_t start = (offset + NIBBLE_HEAP_ALIGNMENT - 1) / NIBBLE_HEAP_ALIGNMENT * NIBBLE_HEAP_ALIGNMENT;
    if (arena != NULL && start < bytes) {
        heap.top = (uint8_t *)arena + start;
        heap.end = (uint8_t *)arena + bytes;
    }
    return heap;
}

nibble_worker nibble_worker_at(const nibble_context *context, uint64_t offset, uint64_t worker_bytes) {
    nibble_worker worker = {context, nibble_heap_within(context->scratch, offset, context->scratch_bytes),
                            nibble_heap_within(context->vtcm, 0, context->vtcm_bytes), worker_bytes, NIBBLE_OK};
    return worker;
}

nibble_worker nibble_worker_within(const nibble_worker *outer) {
    nibble_worker worker = *outer;
    worker.scratch.last = NULL;
    worker.vtcm.last = NULL;
    worker.status = NIBBLE_OK;
    return worker;
}

int nibble_context_check(const nibble_context *context) {
    if (context == NULL) {
        return NIBBLE_ERROR_NULL_ARGUMENT;
    }
    if (context->size != sizeof(nibble_context) || context->abi_version != NIBBLE_ABI_VERSION) {
        return NIBBLE_ERROR_ABI_MISMATCH;
    }
    return NIBBLE_OK;
}

int nibble_arena_check(const void *arena, uint64_t bytes, uint64_t needed, int too_small) {
    if (needed == 0) {
        return NIBBLE_OK;
    }
    if (arena == NULL || bytes < needed) {
        return too_small;
    }
    return (uintptr_t)arena % NIBBLE_ARENA_ALIGNMENT == 0 ? NIBBLE_OK : NIBBLE_ERROR_MISALIGNED;
}
