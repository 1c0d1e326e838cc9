/* What a generated <name>_<layer>_pack() walks: how one layer's constants become the arrays that its kernel reads.
 * SPDX-License-Identifier: Apache-2.0
 *
 * gen_kernels writes the structure as assembler data (compiler/assembly.cpp): every field is 8 bytes wide. C99 and C++.
 */
#ifndef NIBBLE_RUNTIME_PACK_LAYER_H_
#define NIBBLE_RUNTIME_PACK_LAYER_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Depthwise forms have kh rows of kw segments and length 1. */
typedef struct nibble_pack_plan {
    int64_t form;     /**< how the weights lie: one of runtime/pack.h's */
    int64_t nibbles;  /**< 1: two to a byte, by nibble_pack_panels4 or nibble_pack_depthwise4 */
    int64_t wei_bits; /**< of a weight: 8, or 4 */
    int64_t co;
    int64_t channels;  /**< of the arrays: a multiple of co, whose constants are repeated */
    int64_t co_padded; /**< those and zeros, whole panels */
    int64_t panel;     /**< channels of one panel */
    int64_t flip;      /**< bits of a weight that panels have inverted */
    int64_t pad;       /**< nibbles beside 4-bit weights */
    int64_t products;  /**< of a lane: elements of the reduction that lie together */
    int64_t rows;
    int64_t segments;
    int64_t length;
    int64_t src_offset; /**< what the kernel has added to each activation, folded into the bias */
    int64_t dst_zero;
    int64_t wei; /**< offsets into `packed` in bytes */
    int64_t bia;
    int64_t mul;
    int64_t rnd;
    int64_t shr;
    int64_t shl; /**< -1: the kernel has no left shift */
} nibble_pack_plan;

/** Packs constants "wei" s8 (of 4 bits: in [-8, 7]), "bia" s32[co], "multiplier" s32[co] (Q31) and "shift" s32[co]
 * (positive: left), in this order, into `packed`. Returns a nibble_status: NIBBLE_ERROR_KERNEL where a weight is out of
 * its range, or a channel's factor can't be applied in 32 bits, as docs/numerics.md defines them; the contents of
 * `packed` are then undefined. The plan comes last, as in nibble_plan_run; `unused` stands where that has the outputs.
 */
int nibble_pack_layer(const void *const constants[], void *packed, const void *unused, const nibble_pack_plan *plan);

#ifdef __cplusplus
}
#endif
#endif
