/* SPDX-License-Identifier: Apache-2.0 */
#include "nibble.h"

/* Rows of one length, so that the table needs no relocation. */
static const char descriptions[][48] = {
    [NIBBLE_OK] = "ok",
    [NIBBLE_ERROR_NULL_ARGUMENT] = "the context, an input or an output is NULL",
    [NIBBLE_ERROR_ABI_MISMATCH] = "the context is of another version",
    [NIBBLE_ERROR_UNSUPPORTED_CPU] = "the CPU lacks a feature that the kernels use",
    [NIBBLE_ERROR_SCRATCH_TOO_SMALL] = "the scratch arena is too small",
    [NIBBLE_ERROR_VTCM_TOO_SMALL] = "the VTCM arena is too small",
    [NIBBLE_ERROR_MISALIGNED] = "an arena, input or output is misaligned",
    [NIBBLE_ERROR_KERNEL] = "a kernel or the caller's parallel-for failed",
    [NIBBLE_ERROR_DEVICE] = "no usable GPU, or too little memory on it",
};

/* Weak: every generated library carries this function, and a program may link several of them whole. */
__attribute__((weak)) const char *nibble_status_string(int status) {
    int known = status >= 0 && (size_t)status < sizeof(descriptions) / sizeof(descriptions[0]);
    return known ? descriptions[status] : "unknown status";
}
