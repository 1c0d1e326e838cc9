/* Integer division, which Hexagon has no instruction for: what compilers call by these names.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

typedef struct Quotient {
    uint64_t quotient, remainder;
} Quotient;

/* Bit by bit from the highest. The remainder is below the divisor, so doubling it can carry out of 64 bits. */
static Quotient divide(uint64_t dividend, uint64_t divisor) {
    Quotient result = {0, 0};
    for (int bit = 63; bit >= 0; --bit) {
        uint64_t carry = result.remainder >> 63;
        result.remainder = result.remainder << 1 | (dividend >> bit & 1);
        if (carry || result.remainder >= divisor) {
            result.remainder -= divisor;
            result.quotient |= UINT64_C(1) << bit;
        }
    }
    return result;
}

static uint64_t magnitude(int64_t value) { return value < 0 ? -(uint64_t)value : (uint64_t)value; }

/* Towards zero; the remainder has the dividend's sign. */
static int64_t quotient(int64_t dividend, int64_t divisor) {
    uint64_t result = divide(magnitude(dividend), magnitude(divisor)).quotient;
    return (int64_t)((dividend < 0) != (divisor < 0) ? -result : result);
}

static int64_t remainder_of(int64_t dividend, int64_t divisor) {
    uint64_t result = divide(magnitude(dividend), magnitude(divisor)).remainder;
    return (int64_t)(dividend < 0 ? -result : result);
}

uint32_t __hexagon_udivsi3(uint32_t a, uint32_t b);
uint32_t __hexagon_udivsi3(uint32_t a, uint32_t b) { return (uint32_t)divide(a, b).quotient; }

uint32_t __hexagon_umodsi3(uint32_t a, uint32_t b);
uint32_t __hexagon_umodsi3(uint32_t a, uint32_t b) { return (uint32_t)divide(a, b).remainder; }

int32_t __hexagon_divsi3(int32_t a, int32_t b);
int32_t __hexagon_divsi3(int32_t a, int32_t b) { return (int32_t)quotient(a, b); }

int32_t __hexagon_modsi3(int32_t a, int32_t b);
int32_t __hexagon_modsi3(int32_t a, int32_t b) { return (int32_t)remainder_of(a, b); }

uint64_t __hexagon_udivdi3(uint64_t a, uint64_t b);
uint64_t __hexagon_udivdi3(uint64_t a, uint64_t b) { return divide(a, b).quotient; }

uint64_t __hexagon_umoddi3(uint64_t a, uint64_t b);
uint64_t __hexagon_umoddi3(uint64_t a, uint64_t b) { return divide(a, b).remainder; }

int64_t __hexagon_divdi3(int64_t a, int64_t b);
int64_t __hexagon_divdi3(int64_t a, int64_t b) { return quotient(a, b); }

int64_t __hexagon_moddi3(int64_t a, int64_t b);
int64_t __hexagon_moddi3(int64_t a, int64_t b) { return remainder_of(a, b); }
