/* Serves requests to call kernels by themselves, every buffer beside pages that fault, in the protocol of
 * bench/guest/guest.h with its own words: a request is kernel, scratch bytes, VTCM bytes, number of buffers and how to
 * call (bit 0: the end of a buffer touches a page that faults, else its beginning; bits 8 and up: the workers that
 * tasks run on in turn, bit 1: the last task first); each buffer then has its bytes, alignment, type (code, 8 bits up
 * the bits of an element), 1 where it is returned, and the number of the buffer that it shares plus 1, or 0. The
 * contents of all that share none follow, and the reply ends with those to return. SPDX-License-Identifier: Apache-2.0
 */
#include "bench/guest/guest.h"
#include "runtime/kernel_abi.h"
#include "runtime/plan.h"
#include "runtime/worker.h"

extern const nibble_kernel nibble_guest_kernels[];

enum { PAGE = NIBBLE_GUEST_PAGE, SYS_MPROTECT = 226, PROTECT_NONE = 0, PROTECT_READ_WRITE = 3 };
enum { HEAP_BLOCKS_LEFT = 1000 }; /* a status of our own */
enum { AT_END = 1, REVERSED = 2, WORKERS_SHIFT = 8, MOST_WORKERS = 8 };

typedef struct Buffer {
    uint64_t bytes, alignment, type, returned, shares;
} Buffer;

static uint8_t memory[(size_t)256 << 20] __attribute__((aligned(PAGE)));

static void protect(uint8_t *page, int how) {
    nibble_guest_expect(nibble_guest_system_call(SYS_MPROTECT, (intptr_t)page, PAGE, how) == 0);
}

/* Pages for the buffer between two that fault; `protected_pages` gets both. */
static uint8_t *place(size_t *used, uint64_t bytes, uint64_t alignment, int at_end, uint8_t **protected_pages) {
    const size_t pages = (size_t)(bytes + alignment + PAGE - 1) / PAGE * PAGE;
    nibble_guest_expect(*used + 2 * PAGE + pages <= sizeof memory);
    uint8_t *first = memory + *used + PAGE;
    protected_pages[0] = first - PAGE;
    protected_pages[1] = first + pages;
    protect(protected_pages[0], PROTECT_NONE);
    protect(protected_pages[1], PROTECT_NONE);
    *used += 2 * PAGE + pages;
    return at_end ? first + (pages - bytes) / alignment * alignment : first;
}

typedef struct Workers {
    uint64_t count;
    int reversed;
    nibble_context contexts[MOST_WORKERS];
} Workers;

static nibble_context context_of(uint8_t *scratch, uint64_t scratch_bytes) {
    nibble_context context = {0};
    context.size = sizeof context;
    context.abi_version = NIBBLE_ABI_VERSION;
    context.scratch = scratch;
    context.scratch_bytes = scratch_bytes;
    return context;
}

static int tasks_in_turn(void *data, int32_t count, nibble_task task, void *task_data) {
    const Workers *workers = (const Workers *)data;
    int status = NIBBLE_OK;
    for (int32_t i = 0; i < count && status == NIBBLE_OK; ++i) {
        const nibble_context *context = &workers->contexts[(uint64_t)i % workers->count];
        status = task(task_data, context, workers->reversed ? count - 1 - i : i);
    }
    return status;
}

static int call(uint64_t kernel, nibble_buffer *buffers, size_t count, Workers *workers, nibble_context context) {
    if (workers->count != 0) {
        context.parallel_for = tasks_in_turn;
        context.parallel_for_data = workers;
    }
    nibble_worker worker = nibble_worker_at(&context, 0, context.scratch_bytes);
    uint8_t *heap = worker.scratch.top, *vtcm = worker.vtcm.top;
    void *user_context = &worker;
    void *args[1 + NIBBLE_MAX_KERNEL_ARGS] = {&user_context};
    for (size_t i = 0; i < count; ++i) {
        args[1 + i] = &buffers[i];
    }
    const int status = nibble_guest_kernels[kernel](args);
    if (status != 0 || worker.status != NIBBLE_OK) {
        return status != 0 ? status : worker.status;
    }
    return worker.scratch.top == heap && worker.vtcm.top == vtcm ? 0 : HEAP_BLOCKS_LEFT;
}

void nibble_guest_serve(const uint64_t request[NIBBLE_GUEST_REQUEST_WORDS]) {
    const uint64_t count = request[3], how = request[4];
    const int at_end = (how & AT_END) != 0;
    Workers workers = {how >> WORKERS_SHIFT, (how & REVERSED) != 0, {{0}}};
    Buffer buffers[NIBBLE_MAX_KERNEL_ARGS];
    nibble_buffer descriptors[NIBBLE_MAX_KERNEL_ARGS];
    uint8_t *pages[2 * (2 + MOST_WORKERS + NIBBLE_MAX_KERNEL_ARGS)];
    size_t used = 0, protected_pages = 0;
    nibble_guest_expect(count <= NIBBLE_MAX_KERNEL_ARGS && workers.count <= MOST_WORKERS &&
                        nibble_guest_read_all(buffers, (size_t)count * sizeof buffers[0]));
    nibble_context context = context_of(place(&used, request[1], NIBBLE_ARENA_ALIGNMENT, at_end, pages), request[1]);
    context.vtcm = place(&used, request[2], NIBBLE_ARENA_ALIGNMENT, at_end, pages + 2);
    context.vtcm_bytes = request[2];
    protected_pages += 4;
    for (uint64_t i = 0; i < workers.count; ++i) {
        uint8_t *arena = place(&used, request[1], NIBBLE_ARENA_ALIGNMENT, at_end, pages + protected_pages);
        workers.contexts[i] = context_of(arena, request[1]);
        protected_pages += 2;
    }
    for (size_t i = 0; i < count; ++i) {
        const Buffer *buffer = &buffers[i];
        nibble_buffer descriptor = {0};
        descriptor.type.code = (uint8_t)(buffer->type & 255);
        descriptor.type.bits = (uint8_t)(buffer->type >> 8);
        descriptor.type.lanes = 1;
        if (buffer->shares != 0) {
            descriptor.host = descriptors[buffer->shares - 1].host;
        } else {
            descriptor.host = place(&used, buffer->bytes, buffer->alignment, at_end, pages + protected_pages);
            protected_pages += 2;
            nibble_guest_expect(nibble_guest_read_all(descriptor.host, (size_t)buffer->bytes));
        }
        descriptors[i] = descriptor;
    }
    const int status = call(request[0], descriptors, (size_t)count, &workers, context);
    for (size_t i = 0; i < protected_pages; ++i) {
        protect(pages[i], PROTECT_READ_WRITE);
    }
    const uint64_t reply = (uint64_t)(int64_t)status;
    nibble_guest_write(&reply, sizeof reply);
    for (size_t i = 0; i < count; ++i) {
        if (buffers[i].returned) {
            nibble_guest_write(descriptors[i].host, (size_t)buffers[i].bytes);
        }
    }
}

uint64_t nibble_guest_hello(void) { return 1; }
