/* SPDX-License-Identifier: Apache-2.0 */
#include "pack_layer.h"

#include "nibble.h"
#include "pack.h"

/** A channel's factor as kernels apply it: (((acc << shl) * mul + 2^30) >> 31 + rnd) >> shr. */
typedef struct Factor {
    int32_t mul, rnd, shr, shl;
} Factor;

static int64_t magnitude(int64_t value) { return value < 0 ? -value : value; }

/* Whether the form keeps every accumulator of at most `bound` within s32. Where even the largest rounds to zero, the
 * shift does not matter and a small one stands in. */
static int find_factor(int32_t multiplier, int32_t shift, int64_t dst_zero, int64_t bound, Factor *factor) {
    int32_t left = shift > 0 ? shift : 0;
    int32_t right = shift < 0 ? -shift : 0;
    if (multiplier < 0 || shift > 31 || shift < -31 || bound > (INT32_MAX >> left)) {
        return 0;
    }
    int64_t most = (bound * ((int64_t)1 << left) * multiplier + ((int64_t)1 << 30)) >> 31;
    int64_t half = right > 0 ? (int64_t)1 << (right - 1) : 0;
    if (most < half) {
        *factor = (Factor){0, (int32_t)(1 + dst_zero * 2), 1, 0};
        return 1;
    }
    int64_t rnd = half + dst_zero * ((int64_t)1 << right);
    if (most + 1 + magnitude(rnd) > INT32_MAX) {
        return 0;
    }
    *factor = (Factor){multiplier, (int32_t)rnd, right, left};
    return 1;
}

static int32_t *array_at(void *packed, int64_t offset) { return (int32_t *)(void *)((uint8_t *)packed + offset); }

static void pack_nibbles(const int8_t *wei, uint8_t *dst, const nibble_pack_plan *plan) {
    if (plan->form == NIBBLE_PACK_PANELS) {
        nibble_pack_panels4(wei, plan->co, plan->rows, plan->segments, plan->length, plan->panel, plan->products,
                            (uint8_t)plan->flip, (uint8_t)plan->pad, dst);
    } else {
        nibble_pack_depthwise4(wei, plan->form, plan->rows, plan->segments, plan->co, plan->co_padded, NULL, dst);
    }
}

static void pack_weights(const int8_t *wei, void *packed, const nibble_pack_plan *plan) {
    void *dst = (uint8_t *)packed + plan->wei;
    if (plan->nibbles) {
        pack_nibbles(wei, (uint8_t *)dst, plan);
        return;
    }
    switch (plan->form) {
    case NIBBLE_PACK_PANELS:
        nibble_pack_panels(wei, plan->co, plan->rows, plan->segments, plan->length, plan->panel, plan->products,
                           (uint8_t)plan->flip, (int8_t *)dst);
        break;
    case NIBBLE_PACK_WINDOWS4:
        nibble_pack_windows4(wei, plan->rows, plan->segments, plan->co, plan->co_padded, (int32_t *)dst);
        break;
    case NIBBLE_PACK_COLUMNS4:
        nibble_pack_columns4(wei, plan->rows, plan->segments, plan->co, plan->co_padded, (int32_t *)dst);
        break;
    default:
        nibble_pack_i16_taps(wei, plan->rows * plan->segments, plan->co, plan->co_padded, (int16_t *)dst);
    }
}

static void pack_bias(const int8_t *wei, const int32_t *bia, void *packed, const nibble_pack_plan *plan) {
    int64_t count = plan->rows * plan->segments * plan->length;
    int is_panels = plan->form == NIBBLE_PACK_PANELS;
    int64_t channel_stride = is_panels ? count : 1;
    int64_t element_stride = is_panels ? 1 : plan->co;
    int32_t *folded = array_at(packed, plan->bia);
    nibble_fold_bias(wei, bia, plan->co, count, channel_stride, element_stride, (int32_t)plan->src_offset, folded);
    for (int64_t c = plan->co; c < plan->co_padded; ++c) {
        folded[c] = 0;
    }
}

static void repeat_row(int32_t *row, const nibble_pack_plan *plan) {
    for (int64_t c = plan->co; c < plan->channels; ++c) {
        row[c] = row[c - plan->co];
    }
}

/* Depthwise forms of words alone have channels to repeat. */
static void repeat_channels(void *packed, const nibble_pack_plan *plan) {
    if (plan->channels == plan->co) {
        return;
    }
    int64_t rows = nibble_depthwise_rows(plan->form, plan->rows, plan->segments);
    for (int64_t row = 0; row < (plan->nibbles ? nibble_ceil_div(rows, 2) : rows); ++row) {
        repeat_row(array_at(packed, plan->wei) + row * plan->co_padded, plan);
    }
    repeat_row(array_at(packed, plan->bia), plan);
    repeat_row(array_at(packed, plan->mul), plan);
    repeat_row(array_at(packed, plan->rnd), plan);
    repeat_row(array_at(packed, plan->shr), plan);
    if (plan->shl >= 0) {
        repeat_row(array_at(packed, plan->shl), plan);
    }
}

static int weights_fit(const int8_t *wei, const nibble_pack_plan *plan) {
    int64_t count = plan->co * plan->rows * plan->segments * plan->length;
    for (int64_t i = 0; i < count && plan->wei_bits == 4; ++i) {
        if (wei[i] < -8 || wei[i] > 7) {
            return 0;
        }
    }
    return 1;
}

int nibble_pack_layer(const void *const constants[], void *packed, const void *unused, const nibble_pack_plan *plan) {
    (void)unused;
    if (constants == NULL || packed == NULL || !constants[0] || !constants[1] || !constants[2] || !constants[3]) {
        return NIBBLE_ERROR_NULL_ARGUMENT;
    }
    const int8_t *wei = (const int8_t *)constants[0];
    const int32_t *bia = (const int32_t *)constants[1];
    const int32_t *multiplier = (const int32_t *)constants[2];
    const int32_t *shift = (const int32_t *)constants[3];
    if (!weights_fit(wei, plan)) {
        return NIBBLE_ERROR_KERNEL;
    }
    int64_t products = plan->rows * plan->segments * plan->length * (plan->wei_bits == 4 ? 15 : 128) * 255;
    for (int64_t c = 0; c < plan->co_padded; ++c) {
        Factor factor = {0, 0, 0, 0};
        if (c < plan->co &&
            !find_factor(multiplier[c], shift[c], plan->dst_zero, products + magnitude(bia[c]), &factor)) {
            return NIBBLE_ERROR_KERNEL;
        }
        array_at(packed, plan->mul)[c] = factor.mul;
        array_at(packed, plan->rnd)[c] = factor.rnd;
        array_at(packed, plan->shr)[c] = factor.shr;
        if (plan->shl >= 0) {
            array_at(packed, plan->shl)[c] = factor.shl;
        }
    }
    pack_weights(wei, packed, plan);
    pack_bias(wei, bia, packed, plan);
    repeat_channels(packed, plan);
    return NIBBLE_OK;
}
