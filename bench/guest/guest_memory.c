/* What compilers call without being asked, where no C library is linked. SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>

void *memset(void *to, int byte, size_t bytes);
void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);

void *memset(void *to, int byte, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
        ((uint8_t *)to)[i] = (uint8_t)byte;
    }
    return to;
}

void *memcpy(void *to, const void *from, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
        ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    }
    return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
    if ((uintptr_t)to <= (uintptr_t)from) {
        return memcpy(to, from, bytes);
    }
    for (size_t i = bytes; i > 0; --i) {
        ((uint8_t *)to)[i - 1] = ((const uint8_t *)from)[i - 1];
    }
    return to;
}
