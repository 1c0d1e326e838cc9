/* Halide's entry points for CUDA over a handle: modules by their source, launches on the handle's stream.
 * SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cuda/handle.h"
#include "runtime/kernel_abi.h"

/** Most arguments of a launch: a kernel's buffers, and numbers that its host part has computed. */
enum { most_arguments = 2 * NIBBLE_MAX_KERNEL_ARGS };

static void *module_of(const nibble_cuda_handle *handle, const char *source) {
    for (uint64_t i = 0; i < handle->module_count; ++i) {
        if (handle->modules[i].source == source) {
            return handle->modules[i].module;
        }
    }
    return NULL;
}

static int report(nibble_cuda_worker *worker, int status) {
    worker->status = worker->status == NIBBLE_OK ? status : worker->status;
    return status;
}

/* The state is a kernel's one writable word: where its own source is, the same in every thread and for every handle. */
int halide_cuda_initialize_kernels(void *user_context, void **state, const char *source, int bytes) {
    nibble_cuda_worker *worker = (nibble_cuda_worker *)user_context;
    nibble_cuda_handle *handle = worker->handle;
    (void)bytes;
    __atomic_store_n(state, (void *)(uintptr_t)source, __ATOMIC_RELAXED);
    if (!worker->loading || module_of(handle, source) != NULL) {
        return 0;
    }
    nibble_cuda_module *module = &handle->modules[handle->module_count];
    if (handle->driver.load_module(&module->module, source) != 0) {
        return report(worker, NIBBLE_ERROR_DEVICE);
    }
    module->source = source;
    ++handle->module_count;
    return 0;
}

void halide_cuda_finalize_kernels(void *user_context, void *state) {
    (void)user_context;
    (void)state;
}

int halide_cuda_run(void *user_context, void *state, const char *entry, int blocks_x, int blocks_y, int blocks_z,
                    int threads_x, int threads_y, int threads_z, int shared_bytes, size_t sizes[], void *arguments[],
                    int8_t is_buffer[]) {
    nibble_cuda_worker *worker = (nibble_cuda_worker *)user_context;
    const nibble_cuda_driver *driver = &worker->handle->driver;
    void *passed[most_arguments];
    void *function = NULL;
    int count = 0;
    if (worker->loading) {
        return 0;
    }
    for (; sizes[count] != 0; ++count) {
        if (count == most_arguments) {
            return report(worker, NIBBLE_ERROR_KERNEL);
        }
        passed[count] = is_buffer[count] ? (void *)&((nibble_buffer *)arguments[count])->device : arguments[count];
    }
    void *module = module_of(worker->handle, (const char *)state);
    const int failed = module == NULL || driver->find_function(&function, module, entry) != 0 ||
                       driver->launch(function, (unsigned)blocks_x, (unsigned)blocks_y, (unsigned)blocks_z,
                                      (unsigned)threads_x, (unsigned)threads_y, (unsigned)threads_z,
                                      (unsigned)shared_bytes, worker->handle->stream, passed, NULL) != 0;
    return failed ? report(worker, NIBBLE_ERROR_KERNEL) : 0;
}
