/* A libcuda.so.1 without a GPU: device memory is the host's, launches do nothing, and everything is counted.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NIBBLE_TESTS_CUDA_FAKE_DRIVER_H_
#define NIBBLE_TESTS_CUDA_FAKE_DRIVER_H_

#include <stddef.h>

/** Calls so far, and what the next ones do; symbol fake_cuda of the library. */
typedef struct FakeCuda {
    int devices;
    int capability; /**< ten times the compute capability */
    int allocations;
    int frees;
    int modules_loaded;
    int modules_unloaded;
    int launches;
    int synchronisations;
    int copies_to_device;
    int copies_to_host;
    int contexts_pushed;
    int contexts_popped;
    int contexts_retained;
    int contexts_released;
    size_t bytes_to_device;
    size_t bytes_to_host;
    size_t bytes_allocated;
    int allocations_until_failure; /**< negative: none fails */
    int load_fails;
    int launch_fails;
    void *stream; /**< of the last launch */
} FakeCuda;

#endif
