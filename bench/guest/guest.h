/* The program that calls a generated library on another processor, under an emulator, and what it says to the host.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Nothing but the library is linked to it: no C library, no start-up code of a vendor's. The host
 * (emulated_library.cpp) writes requests to its standard input and reads replies from its standard output, all in
 * 64-bit words of the guest's byte order, which is little-endian:
 *
 *   guest  hello: 1 where the CPU has what the library uses, else 0
 *   host   request: function, scratch bytes, VTCM bytes, number of inputs, number of outputs, the bytes of each; then
 *          the inputs
 *   guest  reply: status, 1 where a byte beside a buffer was written, else 0; the counters; then the outputs
 *
 * and so on until the input ends. */
#ifndef NIBBLE_BENCH_GUEST_H_
#define NIBBLE_BENCH_GUEST_H_

#include <stddef.h>
#include <stdint.h>

#include "nibble.h"

enum {
    NIBBLE_GUEST_REQUEST_WORDS = 5,
    NIBBLE_GUEST_MOST_BUFFERS = 256, /* inputs and outputs of one call */
    NIBBLE_GUEST_COUNTERS = 3        /* packets, instructions, vector instructions; 0 where the machine has no such */
};

/* Bytes of a page of the emulated machine. */
#ifdef __hexagon__
#define NIBBLE_GUEST_PAGE 65536
#else
#define NIBBLE_GUEST_PAGE 4096
#endif

typedef int (*nibble_guest_function)(const nibble_context *, const void *const inputs[], void *const outputs[]);

/* Written by the host for the library at hand. */
extern const nibble_guest_function nibble_guest_functions[];
extern int (*const nibble_guest_supported)(void);

/* A read returns fewer bytes at the end of the input, and an error counts as the end. */
size_t nibble_guest_read(void *to, size_t bytes);
void nibble_guest_write(const void *from, size_t bytes);
void nibble_guest_exit(int status);
/* 1 where all bytes were there. */
int nibble_guest_read_all(void *to, size_t bytes);
/* Ends the program unless `condition` holds. */
void nibble_guest_expect(int condition);

/* What the program is for: its first word, and the rest of a request with the reply. */
uint64_t nibble_guest_hello(void);
void nibble_guest_serve(const uint64_t request[NIBBLE_GUEST_REQUEST_WORDS]);

/* What each machine has a file for, beside its entry point. */
intptr_t nibble_guest_system_call(intptr_t number, intptr_t a, intptr_t b, intptr_t c);
void nibble_guest_count(uint64_t counters[NIBBLE_GUEST_COUNTERS]);

/* Called by the machine's entry point. */
void nibble_guest_main(void);

#endif
