/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

/* One group of reduction elements of one panel: packed[panel][products]. `wei` is element (first channel, row, segment,
 * first element); channels and elements beyond the given counts are padding. */
static void pack_group(const int8_t *wei, int64_t channel_stride, int64_t channels, int64_t elements, int64_t panel,
                       int64_t products, uint8_t flip, int8_t *packed) {
    for (int64_t o = 0; o < panel; ++o) {
        for (int64_t j = 0; j < products; ++j) {
            if (o < channels && j < elements) {
                *packed++ = (int8_t)((uint8_t)wei[o * channel_stride + j] ^ flip);
            } else {
                *packed++ = 0;
            }
        }
    }
}

void nibble_pack_panels(const int8_t *wei, int64_t co, int64_t rows, int64_t segments, int64_t length, int64_t panel,
                        int64_t products, uint8_t flip, int8_t *packed) {
    int64_t runs = rows * segments;
    for (int64_t first = 0; first < co; first += panel) {
        for (int64_t run = 0; run < runs; ++run) {
            const int8_t *src = wei + (first * runs + run) * length;
            for (int64_t i = 0; i < length; i += products) {
                pack_group(src + i, runs * length, co - first, length - i, panel, products, flip, packed);
                packed += panel * products;
            }
        }
    }
}

/* Two groups of one panel whose first elements are wei and wei + products. */
static void pack_group_pair(const int8_t *wei, int64_t channel_stride, int64_t channels, int64_t elements,
                            int64_t panel, int64_t products, uint8_t flip, uint8_t pad, uint8_t *packed) {
    for (int64_t o = 0; o < panel; ++o) {
        for (int64_t j = 0; j < products; ++j) {
            uint32_t byte = 0;
            for (int64_t half = 0; half < 2; ++half) {
                int64_t element = half * products + j;
                int inside = o < channels && element < elements;
                uint32_t nibble = inside ? (uint32_t)wei[o * channel_stride + element] ^ flip : pad;
                byte |= (nibble & 15u) << (4 * half);
            }
            *packed++ = (uint8_t)byte;
        }
    }
}

void nibble_pack_panels4(const int8_t *wei, int64_t co, int64_t rows, int64_t segments, int64_t length, int64_t panel,
                         int64_t products, uint8_t flip, uint8_t pad, uint8_t *packed) {
    int64_t runs = rows * segments;
    for (int64_t first = 0; first < co; first += panel) {
        for (int64_t run = 0; run < runs; ++run) {
            const int8_t *src = wei + (first * runs + run) * length;
            for (int64_t i = 0; i < length; i += 2 * products) {
                pack_group_pair(src + i, runs * length, co - first, length - i, panel, products, flip, pad, packed);
                packed += panel * products;
            }
        }
    }
}

void nibble_unpack_s4(const uint8_t *packed, int64_t count, int8_t *elements) {
    for (int64_t i = 0; i < count; ++i) {
        int32_t nibble = (packed[i / 2] >> (i % 2 * 4)) & 15;
        elements[i] = (int8_t)((nibble ^ 8) - 8);
    }
}

void nibble_fold_bias(const int8_t *wei, const int32_t *bia, int64_t co, int64_t count, int64_t channel_stride,
                      int64_t element_stride, int32_t src_offset, int32_t *folded) {
    for (int64_t c = 0; c < co; ++c) {
        uint32_t sum = 0;
        for (int64_t k = 0; k < count; ++k) {
            sum += (uint32_t)(int32_t)wei[c * channel_stride + k * element_stride];
        }
        folded[c] = (int32_t)((uint32_t)bia[c] - (uint32_t)src_offset * sum);
    }
}

static uint32_t pack_window(const int8_t *wei, int64_t taps, int64_t tap_stride) {
    uint32_t word = 0;
    for (int64_t j = 0; j < taps && j < NIBBLE_WINDOW_TAPS; ++j) {
        word |= (uint32_t)(uint8_t)wei[j * tap_stride] << (8 * j);
    }
    return word;
}

void nibble_pack_windows4(const int8_t *wei, int64_t kh, int64_t kw, int64_t co, int64_t co_padded, int32_t *packed) {
    for (int64_t ky = 0; ky < kh; ++ky) {
        for (int64_t kx = 0; kx < kw; kx += NIBBLE_WINDOW_TAPS) {
            const int8_t *src = wei + (ky * kw + kx) * co;
            for (int64_t c = 0; c < co_padded; ++c) {
                *packed++ = c < co ? (int32_t)pack_window(src + c, kw - kx, co) : 0;
            }
        }
    }
}

/* Rows `first` to first + 3 of a column of taps. */
static uint32_t pack_column(const int8_t *wei, int64_t first, int64_t kh, int64_t row_stride) {
    uint32_t word = 0;
    for (int64_t j = 0; j < NIBBLE_WINDOW_TAPS; ++j) {
        int64_t ky = first + j;
        if (ky >= 0 && ky < kh) {
            word |= (uint32_t)(uint8_t)wei[ky * row_stride] << (8 * j);
        }
    }
    return word;
}

void nibble_pack_columns4(const int8_t *wei, int64_t kh, int64_t kw, int64_t co, int64_t co_padded, int32_t *packed) {
    int64_t words = nibble_ceil_div(kh, NIBBLE_WINDOW_TAPS);
    for (int64_t word = 0; word < nibble_column_words(kh); ++word) {
        int64_t first = word % words * NIBBLE_WINDOW_TAPS - word / words;
        for (int64_t kx = 0; kx < kw; ++kx) {
            for (int64_t c = 0; c < co_padded; ++c) {
                *packed++ = c < co ? (int32_t)pack_column(wei + kx * co + c, first, kh, kw * co) : 0;
            }
        }
    }
}

/* What a form has in a row for a channel: four bytes of a word, or one. */
static uint32_t depthwise_word(const int8_t *wei, int64_t form, int64_t kh, int64_t kw, int64_t co, int64_t row,
                               int64_t c) {
    if (form == NIBBLE_PACK_WINDOWS4) {
        int64_t words = nibble_ceil_div(kw, NIBBLE_WINDOW_TAPS), kx = row % words * NIBBLE_WINDOW_TAPS;
        return pack_window(wei + (row / words * kw + kx) * co + c, kw - kx, co);
    }
    if (form == NIBBLE_PACK_COLUMNS4) {
        int64_t words = nibble_ceil_div(kh, NIBBLE_WINDOW_TAPS), word = row / kw;
        int64_t first = word % words * NIBBLE_WINDOW_TAPS - word / words;
        return pack_column(wei + row % kw * co + c, first, kh, kw * co);
    }
    return (uint8_t)wei[row * co + c];
}

void nibble_pack_depthwise4(const int8_t *wei, int64_t form, int64_t kh, int64_t kw, int64_t co, int64_t co_padded,
                            const int32_t *zeros, uint8_t *packed) {
    int64_t rows = nibble_depthwise_rows(form, kh, kw), bytes = nibble_depthwise_bytes(form);
    for (int64_t first = 0; first < rows; first += 2) {
        for (int64_t c = 0; c < co_padded; ++c) {
            uint32_t zero = 8 + (zeros && c < co ? (uint32_t)zeros[c] : 0);
            uint32_t low = c < co ? depthwise_word(wei, form, kh, kw, co, first, c) : 0;
            uint32_t high = c < co && first + 1 < rows ? depthwise_word(wei, form, kh, kw, co, first + 1, c) : 0;
            for (int64_t j = 0; j < bytes; ++j) {
                *packed++ = (uint8_t)((((low >> (8 * j)) + zero) & 15) | (((high >> (8 * j)) + zero) & 15) << 4);
            }
        }
    }
}

void nibble_pack_i16_taps(const int8_t *wei, int64_t taps, int64_t co, int64_t co_padded, int16_t *packed) {
    for (int64_t t = 0; t < taps; ++t) {
        for (int64_t c = 0; c < co_padded; ++c) {
            if (c < co) {
                *packed++ = (int16_t)wei[t * co + c];
            } else {
                *packed++ = 0;
            }
        }
    }
}
