/* The parallel loops of kernels: over the caller's parallel-for, or on the calling thread where there is none.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel_abi.h"
#include "worker.h"

/** A parallel loop of a kernel, as the caller's threads see it. */
typedef struct Loop {
    const nibble_worker *caller;
    nibble_kernel_task task;
    int min;
    uint8_t *closure;
} Loop;

/* One iteration on its own heap: the whole arena of its context. Where the caller lends its own context to a worker,
 * the waiting kernel's blocks and the activations lie in that arena, and only the rest of the heap is free. Of the
 * caller's VTCM, where activations lie too, another context's iteration takes nothing. */
static int run_iteration(void *task_data, const nibble_context *context, int32_t index) {
    const Loop *loop = (const Loop *)task_data;
    int status = nibble_context_check(context);
    if (status != NIBBLE_OK) {
        return status;
    }
    nibble_worker worker;
    if (context->scratch == loop->caller->context->scratch) {
        worker = nibble_worker_within(loop->caller);
    } else {
        uint64_t needed = loop->caller->worker_bytes;
        status = nibble_arena_check(context->scratch, context->scratch_bytes, needed, NIBBLE_ERROR_SCRATCH_TOO_SMALL);
        if (status != NIBBLE_OK) {
            return status;
        }
        worker = nibble_worker_at(context, 0, needed);
        if (context->vtcm == loop->caller->context->vtcm) {
            worker.vtcm = nibble_heap_within(NULL, 0, 0);
        }
    }
    status = loop->task(&worker, loop->min + index, loop->closure);
    return status != NIBBLE_OK ? status : worker.status;
}

static int run_in_order(nibble_worker *worker, nibble_kernel_task task, int min, int size, uint8_t *closure) {
    int status = NIBBLE_OK;
    for (int i = 0; i < size && status == NIBBLE_OK; ++i) {
        status = task(worker, min + i, closure);
    }
    return status;
}

int halide_do_par_for(void *user_context, nibble_kernel_task task, int min, int size, uint8_t *closure) {
    nibble_worker *worker = (nibble_worker *)user_context;
    nibble_parallel_for parallel_for = worker->context->parallel_for;
    int status = NIBBLE_OK;
    if (parallel_for == NULL || size <= 1) {
        status = run_in_order(worker, task, min, size, closure);
    } else {
        Loop loop = {worker, task, min, closure};
        status = parallel_for(worker->context->parallel_for_data, size, run_iteration, &loop);
    }
    if (worker->status == NIBBLE_OK) {
        worker->status = status;
    }
    return status;
}
