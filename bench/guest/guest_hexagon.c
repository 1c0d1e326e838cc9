/* The guest program's entry point, system call and counters on Hexagon. SPDX-License-Identifier: Apache-2.0 */
#include "guest.h"

intptr_t nibble_guest_system_call(intptr_t number, intptr_t a, intptr_t b, intptr_t c) {
    register intptr_t r6 __asm__("r6") = number;
    register intptr_t r0 __asm__("r0") = a;
    register intptr_t r1 __asm__("r1") = b;
    register intptr_t r2 __asm__("r2") = c;
    __asm__ volatile("trap0(#1)" : "+r"(r0) : "r"(r6), "r"(r1), "r"(r2) : "memory");
    return r0;
}

/* The emulator counts in control registers 20 to 22, for which assemblers have no names. r0 = c20, c21, c22. */
void nibble_guest_count(uint64_t counters[NIBBLE_GUEST_COUNTERS]) {
    register uint32_t r0 __asm__("r0");
    __asm__ volatile(".word 0x6a14c000" : "=r"(r0));
    counters[0] = r0;
    __asm__ volatile(".word 0x6a15c000" : "=r"(r0));
    counters[1] = r0;
    __asm__ volatile(".word 0x6a16c000" : "=r"(r0));
    counters[2] = r0;
}

/* The stack begins at a multiple of a vector's bytes, which frames of HVX code count on. */
void _start(void);
__attribute__((naked)) void _start(void) {
    __asm__ volatile("{ r29 = and(r29, #-128) }\n"
                     "{ r30 = #0\n"
                     "  r31 = #0 }\n"
                     "{ jump nibble_guest_main }\n");
}
