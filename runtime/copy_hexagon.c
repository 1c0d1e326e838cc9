/* The copy that LLVM calls on Hexagon by a name of its own: at least 32 bytes, a multiple of 8, most likely aligned to
 * it. SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>

/* The caller's, as of all kernels. */
void *memcpy(void *to, const void *from, size_t bytes);

void __hexagon_memcpy_likely_aligned_min32bytes_mult8bytes(void *to, const void *from, size_t bytes);

void __hexagon_memcpy_likely_aligned_min32bytes_mult8bytes(void *to, const void *from, size_t bytes) {
    if (((uintptr_t)to | (uintptr_t)from) % sizeof(uint64_t) != 0) {
        memcpy(to, from, bytes);
        return;
    }
    /* Volatile: else the compiler makes a call of this function of it. */
    volatile uint64_t *words = (volatile uint64_t *)to;
    const uint64_t *source = (const uint64_t *)from;
    for (size_t i = 0; i < bytes / sizeof(uint64_t); ++i) {
        words[i] = source[i];
    }
}
