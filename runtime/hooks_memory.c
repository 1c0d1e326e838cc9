/* halide_malloc and halide_free over a worker's heap, a stack of blocks in the caller's scratch arena.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel_abi.h"
#include "worker.h"

void *halide_malloc(void *user_context, size_t bytes) {
    return nibble_heap_take(&((nibble_worker *)user_context)->scratch, bytes);
}

void halide_free(void *user_context, void *memory) {
    nibble_heap_give(&((nibble_worker *)user_context)->scratch, memory);
}
