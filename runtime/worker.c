/* SPDX-License-Identifier: Apache-2.0 */
#include "worker.h"

#include "kernel_abi.h"

nibble_worker nibble_worker_at(const nibble_context *context, uint64_t offset, uint64_t worker_bytes) {
    nibble_worker worker = {context, NULL, NULL, NULL, worker_bytes, NIBBLE_OK};
    uint64_t start = (offset + NIBBLE_HEAP_ALIGNMENT - 1) / NIBBLE_HEAP_ALIGNMENT * NIBBLE_HEAP_ALIGNMENT;
    if (context->scratch != NULL && start < context->scratch_bytes) {
        worker.top = (uint8_t *)context->scratch + start;
        worker.end = (uint8_t *)context->scratch + context->scratch_bytes;
    }
    return worker;
}

nibble_worker nibble_worker_within(const nibble_worker *outer) {
    nibble_worker worker = {outer->context, outer->top, outer->end, NULL, outer->worker_bytes, NIBBLE_OK};
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
