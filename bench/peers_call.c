/* Calls a library of gen_kernels --name=peer for bench/peers_litert.py, which compiles this beside it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "peer.h"

/** Runs the model `calls` times. Returns 0 or a nibble_status. */
int peer_calls(const void *const *inputs, void *const *outputs, int calls) {
    static nibble_context context; /* one thread */
    int status = NIBBLE_OK;
    if (!context.size) {
        /* Once: a virtual machine's monitor may be asked for what a CPU supports, which takes as long as many calls. */
        if (!peer_supported()) {
            return NIBBLE_ERROR_UNSUPPORTED_CPU;
        }
        context.size = sizeof context;
        context.abi_version = NIBBLE_ABI_VERSION;
        context.scratch_bytes = PEER_SCRATCH_BYTES;
        context.scratch = PEER_SCRATCH_BYTES > 0 ? aligned_alloc(NIBBLE_ARENA_ALIGNMENT, PEER_SCRATCH_BYTES) : NULL;
        context.cpu_checked = 1;
    }
    for (int i = 0; i < calls && status == NIBBLE_OK; ++i) {
        status = peer_run(&context, inputs, outputs);
    }
    return status;
}
