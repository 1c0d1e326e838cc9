/* Serves requests to call functions of a generated library. SPDX-License-Identifier: Apache-2.0 */
#include "guest.h"

enum { GUARD_BYTES = NIBBLE_ARENA_ALIGNMENT, GUARD_BYTE = 0xA5 };

/* All buffers of one call. Pages that nobody touches cost nothing. */
static uint8_t memory[(size_t)512 << 20] __attribute__((aligned(NIBBLE_ARENA_ALIGNMENT)));

typedef struct Buffer {
    uint8_t *data;
    size_t bytes;
} Buffer;

static size_t round_up(size_t bytes) {
    return (bytes + NIBBLE_ARENA_ALIGNMENT - 1) / NIBBLE_ARENA_ALIGNMENT * NIBBLE_ARENA_ALIGNMENT;
}

static void fill_guard(uint8_t *guard) {
    for (int i = 0; i < GUARD_BYTES; ++i) {
        guard[i] = GUARD_BYTE;
    }
}

static int guard_is_intact(const uint8_t *guard) {
    for (int i = 0; i < GUARD_BYTES; ++i) {
        if (guard[i] != GUARD_BYTE) {
            return 0;
        }
    }
    return 1;
}

/* The next `bytes` of the memory between two guards, the second right after the last byte. */
static Buffer place(size_t *used, uint64_t bytes) {
    nibble_guest_expect(bytes <= sizeof memory && *used + 3 * GUARD_BYTES + bytes <= sizeof memory);
    Buffer buffer = {memory + *used + GUARD_BYTES, (size_t)bytes};
    fill_guard(buffer.data - GUARD_BYTES);
    fill_guard(buffer.data + buffer.bytes);
    *used += round_up(GUARD_BYTES + buffer.bytes + GUARD_BYTES);
    return buffer;
}

static int is_intact(const Buffer *buffer) {
    return guard_is_intact(buffer->data - GUARD_BYTES) && guard_is_intact(buffer->data + buffer->bytes);
}

void nibble_guest_serve(const uint64_t request[NIBBLE_GUEST_REQUEST_WORDS]) {
    static uint64_t bytes[NIBBLE_GUEST_MOST_BUFFERS];
    static Buffer buffers[NIBBLE_GUEST_MOST_BUFFERS];
    static void *pointers[NIBBLE_GUEST_MOST_BUFFERS];
    const uint64_t inputs = request[3], outputs = request[4];
    nibble_guest_expect(inputs <= NIBBLE_GUEST_MOST_BUFFERS && inputs + outputs <= NIBBLE_GUEST_MOST_BUFFERS);
    const size_t count = (size_t)(inputs + outputs);
    nibble_guest_expect(nibble_guest_read_all(bytes, count * sizeof bytes[0]));

    size_t used = 0;
    const Buffer scratch = place(&used, request[1]), vtcm = place(&used, request[2]);
    for (size_t i = 0; i < count; ++i) {
        buffers[i] = place(&used, bytes[i]);
        pointers[i] = buffers[i].data;
        nibble_guest_expect(i >= inputs || nibble_guest_read_all(buffers[i].data, buffers[i].bytes));
    }

    nibble_context context = {0};
    context.size = sizeof context;
    context.abi_version = NIBBLE_ABI_VERSION;
    context.scratch = scratch.data;
    context.scratch_bytes = scratch.bytes;
    context.vtcm = vtcm.data;
    context.vtcm_bytes = vtcm.bytes;
    context.cpu_checked = 1;
    uint64_t before[NIBBLE_GUEST_COUNTERS], after[NIBBLE_GUEST_COUNTERS];
    nibble_guest_count(before);
    const int status = nibble_guest_functions[request[0]](&context, (const void *const *)pointers, pointers + inputs);
    nibble_guest_count(after);

    int intact = is_intact(&scratch) && is_intact(&vtcm);
    for (size_t i = 0; i < count; ++i) {
        intact &= is_intact(&buffers[i]);
    }
    uint64_t reply[2 + NIBBLE_GUEST_COUNTERS] = {(uint64_t)(int64_t)status, !intact};
    for (int i = 0; i < NIBBLE_GUEST_COUNTERS; ++i) {
        reply[2 + i] = after[i] - before[i];
    }
    nibble_guest_write(reply, sizeof reply);
    for (size_t i = (size_t)inputs; i < count; ++i) {
        nibble_guest_write(buffers[i].data, buffers[i].bytes);
    }
}

uint64_t nibble_guest_hello(void) { return (uint64_t)(nibble_guest_supported() != 0); }
