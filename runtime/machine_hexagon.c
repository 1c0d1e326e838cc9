/* What kernels for Hexagon ask of the machine: HVX registers, tightly coupled memory, and the CPU's features.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every kernel has weak definitions of the first two of its own, which serve a vendor's operating system. An archive
 * member replaces them only where it is taken for another reason, hence one file with nibble_cpu_supports. */
#include "hvx_lock.h"
#include "kernel_abi.h"
#include "plan.h"
#include "worker.h"

/* A program reads no identification registers: it is built for a version, and starts on that and later ones. */
int nibble_cpu_supports(uint64_t cpu_features) { return cpu_features == 0; }

int halide_qurt_hvx_lock(void *user_context);
int halide_qurt_hvx_lock(void *user_context) { return nibble_hvx_lock(((nibble_worker *)user_context)->context); }

int halide_qurt_hvx_unlock(void *user_context);
int halide_qurt_hvx_unlock(void *user_context) { return nibble_hvx_unlock(((nibble_worker *)user_context)->context); }

void halide_qurt_hvx_unlock_as_destructor(void *user_context, void *unused);
void halide_qurt_hvx_unlock_as_destructor(void *user_context, void *unused) {
    (void)unused;
    halide_qurt_hvx_unlock(user_context);
}

void *halide_vtcm_malloc(void *user_context, int bytes);
void *halide_vtcm_malloc(void *user_context, int bytes) {
    return nibble_heap_take(&((nibble_worker *)user_context)->vtcm, (size_t)bytes);
}

void halide_vtcm_free(void *user_context, void *memory);
void halide_vtcm_free(void *user_context, void *memory) {
    nibble_heap_give(&((nibble_worker *)user_context)->vtcm, memory);
}
