/* Table look-ups that compilers do not find: the permutations of AVX512-VBMI have 128 bytes of table each.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lookup.h"

#ifdef __x86_64__

#include <immintrin.h>

#define VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi")))

enum { vector = 64 };

/* Bit 7 of an index says which half of the table it is in; each permutation reads the seven below. */
VBMI static inline __m512i look_up(const __m512i table[4], __m512i index) {
    __m512i lower = _mm512_permutex2var_epi8(table[0], index, table[1]);
    __m512i upper = _mm512_permutex2var_epi8(table[2], index, table[3]);
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), lower, upper);
}

VBMI int nibble_lookup_vbmi(const uint8_t *table, const uint8_t *src, uint8_t *dst, int64_t count) {
    __m512i parts[4];
    for (int i = 0; i < 4; i++) {
        parts[i] = _mm512_loadu_si512(table + vector * i);
    }
    int64_t i = 0;
    for (; i + vector <= count; i += vector) {
        _mm512_storeu_si512(dst + i, look_up(parts, _mm512_loadu_si512(src + i)));
    }
    if (i < count) {
        __mmask64 rest = ~UINT64_C(0) >> (vector - (count - i));
        _mm512_mask_storeu_epi8(dst + i, rest, look_up(parts, _mm512_maskz_loadu_epi8(rest, src + i)));
    }
    return 0;
}

#endif
