/* Compares a layer's function of any number of rows with the one of five, whichever processor this is for.
 * SPDX-License-Identifier: Apache-2.0
 *
 * LARGEST_WEIGHT is given. The exit status is 0, or the position of the number of rows that differs, from 1; from 100:
 * what else went wrong. */
#include "rows.h"

enum { K = 128, N = 128, FIXED = 5, MOST = 150, GUARD = 1 };

static _Alignas(128) int8_t src[MOST * K], expected[(MOST + GUARD) * N], found[(MOST + GUARD) * N], wei[N * K];
static _Alignas(128) uint8_t packed[ROWS_DENSE_PACKED_BYTES];
static _Alignas(128) uint8_t scratch[ROWS_SCRATCH_BYTES + 1], vtcm[ROWS_VTCM_BYTES + 1];
static int32_t bia[N], multiplier[N], shift[N];
static uint32_t state = 1;

static int32_t draw(int32_t least, int32_t count) {
    state = state * 1664525u + 1013904223u;
    return least + (int32_t)(state >> 16) % count;
}

static int prepare(void) {
    const void *constants[] = {wei, bia, multiplier, shift};
    for (int i = 0; i < MOST * K; ++i) {
        src[i] = (int8_t)draw(-128, 256);
    }
    for (int i = 0; i < N * K; ++i) {
        wei[i] = (int8_t)draw(-LARGEST_WEIGHT, 2 * LARGEST_WEIGHT + 1);
    }
    for (int i = 0; i < N; ++i) {
        bia[i] = draw(-3000, 6000);
        multiplier[i] = 0x40000000 + 65536 * draw(0, 0x3fff);
        shift[i] = -draw(LARGEST_WEIGHT > 7 ? 9 : 5, 3);
    }
    return rows_dense_pack(constants, packed);
}

static int compare(const nibble_context *context, int rows) {
    const void *const inputs[] = {src, packed};
    void *const outputs[] = {found};
    for (int i = 0; i < (MOST + GUARD) * N; ++i) {
        found[i] = 99;
    }
    if (rows_dense_rows(context, inputs, outputs, (size_t)rows) != NIBBLE_OK) {
        return 1;
    }
    for (int i = 0; i < (MOST + GUARD) * N; ++i) {
        if (found[i] != (i < rows * N ? expected[i] : 99)) {
            return 1;
        }
    }
    return 0;
}

static int check(void) {
    static const int numbers[] = {0, 1, 2, 3, 4, 5, 7, 13, 15, 16, 17, 20, 52, 63, 64, 65, 100, 127, 128, 130, 150};
    nibble_context context = {sizeof(nibble_context),
                              NIBBLE_ABI_VERSION,
                              scratch,
                              sizeof(scratch) - 1,
                              vtcm,
                              sizeof(vtcm) - 1,
                              NULL,
                              NULL,
                              NULL,
                              0,
                              0};
    if (prepare() != NIBBLE_OK) {
        return 100;
    }
    for (int first = 0; first < MOST; first += FIXED) {
        const void *const inputs[] = {src + first * K, packed};
        void *const outputs[] = {expected + first * N};
        if (rows_dense(&context, inputs, outputs) != NIBBLE_OK) {
            return 101;
        }
    }
    for (int i = 0; i < (int)(sizeof(numbers) / sizeof(*numbers)); ++i) {
        if (compare(&context, numbers[i])) {
            return i + 1;
        }
    }
    context.abi_version = 0;
    return rows_dense_rows(&context, NULL, NULL, 1) == NIBBLE_ERROR_ABI_MISMATCH ? 0 : 102;
}

#ifdef NIBBLE_GUEST
#include "bench/guest/guest.h"

void nibble_guest_main(void) {
    enum { EXIT = 93 }; /* of Linux on both processors */
    nibble_guest_system_call(EXIT, check(), 0, 0);
}
#else
int main(void) { return check(); }
#endif
