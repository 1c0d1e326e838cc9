/* Table look-ups for generated kernels whose compiler does not find the processor's instructions.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NIBBLE_LOOKUP_H
#define NIBBLE_LOOKUP_H

#include <stdint.h>

/* dst[i] = table[src[i]] for `count` bytes; table has 256. dst may be src. Returns 0. Needs AVX512-VBMI and AVX512-BW.
 */
int nibble_lookup_vbmi(const uint8_t *table, const uint8_t *src, uint8_t *dst, int64_t count);

#endif
