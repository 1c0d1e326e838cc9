/* The guest program's entry point and system call on AArch64. SPDX-License-Identifier: Apache-2.0 */
#include "guest.h"

intptr_t nibble_guest_system_call(intptr_t number, intptr_t a, intptr_t b, intptr_t c) {
    register intptr_t x8 __asm__("x8") = number;
    register intptr_t x0 __asm__("x0") = a;
    register intptr_t x1 __asm__("x1") = b;
    register intptr_t x2 __asm__("x2") = c;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}

/* Programs cannot read the cycle counter; the emulator's plugin counts instructions. */
void nibble_guest_count(uint64_t counters[NIBBLE_GUEST_COUNTERS]) {
    for (int i = 0; i < NIBBLE_GUEST_COUNTERS; ++i) {
        counters[i] = 0;
    }
}

void _start(void);
void _start(void) { nibble_guest_main(); }
