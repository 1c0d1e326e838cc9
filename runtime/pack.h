/* Packing of constants into the layouts that kernels read: at build time by the compiler, at run time by
 * <name>_<layer>_pack().
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every function writes each element of `packed` once, padding included, and reads nothing but its arguments. Sizes are
 * positive; the caller has checked them. Sources need no alignment beyond their type's. C99 and C++. */
#ifndef NIBBLE_RUNTIME_PACK_H_
#define NIBBLE_RUNTIME_PACK_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Taps in a word of nibble_pack_windows4. */
#define NIBBLE_WINDOW_TAPS 4

/** How weights lie: as nibble_pack_panels, nibble_pack_windows4, nibble_pack_i16_taps or nibble_pack_columns4 writes
 * them. */
enum { NIBBLE_PACK_PANELS = 0, NIBBLE_PACK_WINDOWS4 = 1, NIBBLE_PACK_I16_TAPS = 2, NIBBLE_PACK_COLUMNS4 = 3 };

/** `value` in units of `unit`, rounded up. */
static inline int64_t nibble_ceil_div(int64_t value, int64_t unit) { return (value + unit - 1) / unit; }

/** Bytes that nibble_pack_panels writes. */
static inline int64_t nibble_panels_bytes(int64_t co, int64_t rows, int64_t segments, int64_t length, int64_t panel,
                                          int64_t products) {
    int64_t groups = nibble_ceil_div(length, products);
    return nibble_ceil_div(co, panel) * rows * segments * groups * panel * products;
}

/** Weights of a matrix product or a convolution, in panels of `panel` output channels for kernels that multiply
 * `products` bytes of the reduction at once.
 *
 * wei     [co][rows][segments][length]: OHWI weights with rows = kh and, where taps are staged apart, segments = kw,
 *         length = ci; where a row of taps is one run of bytes, segments = 1, length = kw * ci. A matrix [n][k] has
 *         rows = segments = 1, length = k.
 * packed  [ceil(co / panel)][rows][segments][ceil(length / products)][panel][products], nibble_panels_bytes() bytes:
 *             packed[o / panel][r][s][i / products][o % panel][i % products] == wei[o][r][s][i] ^ flip
 *         and zero where o >= co or i >= length. Zero weights contribute nothing whatever the activations are, so
 * kernels may read anything there. A `flip` of 0x80 makes u8 of s8 weights, 128 added. */
void nibble_pack_panels(const int8_t *wei, int64_t co, int64_t rows, int64_t segments, int64_t length, int64_t panel,
                        int64_t products, uint8_t flip, int8_t *packed);

/** Bytes that nibble_pack_panels4 writes. */
static inline int64_t nibble_panels4_bytes(int64_t co, int64_t rows, int64_t segments, int64_t length, int64_t panel,
                                           int64_t products) {
    return nibble_panels_bytes(co, rows, segments, length, panel, 2 * products) / 2;
}

/** The same of 4-bit weights, two to a byte: neighbouring groups of `products` elements of the reduction share their
 * bytes, the first in the low nibbles.
 *
 * wei     [co][rows][segments][length], each element in [-8, 7]
 * packed  [ceil(co / panel)][rows][segments][ceil(length / (2 * products))][panel][products], nibble_panels4_bytes()
 *         bytes: nibble h (0: the low one) of packed[o / panel][r][s][g][o % panel][j] is
 *             (wei[o][r][s][(2 * g + h) * products + j] ^ flip) & 15
 *         and `pad` where o >= co or the element is beyond `length`. A `flip` of 8 makes u4 of s4 weights, 8 added. */
void nibble_pack_panels4(const int8_t *wei, int64_t co, int64_t rows, int64_t segments, int64_t length, int64_t panel,
                         int64_t products, uint8_t flip, uint8_t pad, uint8_t *packed);

/** Elements of a tensor of s4, two to a byte and the low nibble first: in [-8, 7]. An odd count leaves the last high
 * nibble unread. */
void nibble_unpack_s4(const uint8_t *packed, int64_t count, int8_t *elements);

/** The bias with the activations' offset folded in:
 *     folded[c] = bia[c] - src_offset * sum over k of wei[c * channel_stride + k * element_stride],  0 <= c < co
 * For sum_k (src[k] - zero) * wei[k] = sum_k src[k] * wei[k] - zero * sum_k wei[k] the offset is the zero point; where
 * a lowering adds 128 to signed activations (unsigned x signed products), it is the zero point + 128. Arithmetic wraps
 * modulo 2^32, as the kernel's accumulator does, so the total is exact wherever the layer's own accumulator is.
 *
 * OHWI weights: channel_stride = count, element_stride = 1. Depthwise 1HWO: channel_stride = 1, element_stride = co.
 * `bia` and `folded` may be the same array. */
void nibble_fold_bias(const int8_t *wei, const int32_t *bia, int64_t co, int64_t count, int64_t channel_stride,
                      int64_t element_stride, int32_t src_offset, int32_t *folded);

/** Depthwise weights as 32-bit words of 4 neighbouring taps of a row.
 *
 * wei     [kh][kw][co]
 * packed  [kh][groups][co_padded], groups = ceil(kw / 4), co_padded >= co. Byte j of packed[ky][g][c], counted from the
 *         least significant, is wei[ky][4 * g + j][c], and zero where 4 * g + j >= kw or c >= co. */
void nibble_pack_windows4(const int8_t *wei, int64_t kh, int64_t kw, int64_t co, int64_t co_padded, int32_t *packed);

/** Depthwise weights as 32-bit words of 4 taps of a column, with `before` = 0 and, where kh is no multiple of 4, 1 zero
 * before the first: for words of four rows that begin a row above the taps.
 *
 * wei     [kh][kw][co]
 * packed  [kh % 4 == 0 ? 1 : 2][words][kw][co_padded], words = ceil(kh / 4), co_padded >= co. Byte j of
 *         packed[before][k][kx][c], counted from the least significant, is wei[4 * k + j - before][kx][c], and zero
 *         where there is no such row or c >= co. */
void nibble_pack_columns4(const int8_t *wei, int64_t kh, int64_t kw, int64_t co, int64_t co_padded, int32_t *packed);

/** Words that nibble_pack_columns4 makes of a channel's taps in one column. */
static inline int64_t nibble_column_words(int64_t kh) {
    return (kh % NIBBLE_WINDOW_TAPS == 0 ? 1 : 2) * nibble_ceil_div(kh, NIBBLE_WINDOW_TAPS);
}

/** Depthwise weights widened for 16-bit multiplications.
 *
 * wei     [taps][co]
 * packed  [taps][co_padded], co_padded >= co: packed[t][c] == wei[t][c], and zero where c >= co. */
void nibble_pack_i16_taps(const int8_t *wei, int64_t taps, int64_t co, int64_t co_padded, int16_t *packed);

/** Rows of [co_padded] words or taps that a depthwise form has. */
static inline int64_t nibble_depthwise_rows(int64_t form, int64_t kh, int64_t kw) {
    return form == NIBBLE_PACK_WINDOWS4   ? kh * nibble_ceil_div(kw, NIBBLE_WINDOW_TAPS)
           : form == NIBBLE_PACK_COLUMNS4 ? nibble_column_words(kh) * kw
                                          : kh * kw;
}

/** Bytes of a word or, in NIBBLE_PACK_I16_TAPS, of a tap whose weights have a byte each. */
static inline int64_t nibble_depthwise_bytes(int64_t form) {
    return form == NIBBLE_PACK_I16_TAPS ? 1 : NIBBLE_WINDOW_TAPS;
}

/** Depthwise weights of 4 bits in one of these forms, two to a byte: neighbouring rows of words or taps share bytes.
 *
 * wei     [kh][kw][co], of channel c in [-8 - zeros[c], 7 - zeros[c]]; zeros may be null: all 0
 * packed  [ceil(rows / 2)][co_padded][nibble_depthwise_bytes(form)]: nibble h of packed[r][c][j] is
 *             (b + 8 + zeros[c]) & 15
 *         where b is byte j of what the form has for channel c in row 2 * r + h, and 0 where it has no such row. */
void nibble_pack_depthwise4(const int8_t *wei, int64_t form, int64_t kh, int64_t kw, int64_t co, int64_t co_padded,
                            const int32_t *zeros, uint8_t *packed);

#ifdef __cplusplus
}
#endif
#endif
