/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "runtime/cuda/handle.h"

/** Allocates `bytes`, or nothing where there are none. Returns 1 for success. */
static int allocate(const nibble_cuda_driver *driver, nibble_device_pointer *memory, uint64_t bytes) {
    return bytes == 0 || driver->allocate(memory, (size_t)bytes) == 0;
}

/* Calls each kernel once without launching anything, which loads its module. */
static int load_modules(nibble_cuda_handle *handle, const nibble_plan *plan) {
    static const nibble_device_pointer nowhere[NIBBLE_MAX_KERNEL_ARGS] = {0};
    nibble_cuda_worker worker = {handle, 1, NIBBLE_OK};
    int status = NIBBLE_OK;
    for (uint64_t s = 0; s < plan->step_count && status == NIBBLE_OK; ++s) {
        status = nibble_cuda_call(&worker, &plan->steps[s], nowhere);
    }
    return status;
}

static int load(nibble_cuda_handle *handle, const nibble_cuda_plan *plan) {
    const nibble_cuda_driver *driver = &handle->driver;
    if (!allocate(driver, &handle->constants, plan->constant_bytes) ||
        !allocate(driver, &handle->arena, plan->plan->arena_bytes) ||
        !allocate(driver, &handle->staging, plan->staging_bytes)) {
        return NIBBLE_ERROR_DEVICE;
    }
    if (plan->constant_bytes > 0 && (driver->to_device(handle->constants, plan->plan->constants,
                                                       (size_t)plan->constant_bytes, handle->stream) != 0 ||
                                     driver->synchronise(handle->stream) != 0)) {
        return NIBBLE_ERROR_DEVICE;
    }
    return load_modules(handle, plan->plan);
}

static nibble_cuda_handle *new_handle(void *stream, uint64_t most_modules) {
    const size_t bytes = sizeof(nibble_cuda_handle) + (size_t)most_modules * sizeof(nibble_cuda_module);
    nibble_cuda_handle *handle = (nibble_cuda_handle *)malloc(bytes);
    if (handle != NULL) {
        memset(handle, 0, bytes);
        handle->stream = stream;
        handle->retained_device = -1;
        handle->modules = (nibble_cuda_module *)(handle + 1);
    }
    return handle;
}

/** The caller's context, or the primary one of device 0. Returns 1 for success. */
static int take_context(nibble_cuda_handle *handle, void *context) {
    handle->context = context;
    if (context == NULL) {
        if (handle->driver.primary_retain(&handle->context, 0) != 0) {
            return 0;
        }
        handle->retained_device = 0;
    }
    return 1;
}

/* All but the driver, in the handle's context. */
static void unload(nibble_cuda_handle *handle) {
    const nibble_device_pointer blocks[] = {handle->constants, handle->arena, handle->staging};
    for (uint64_t i = 0; i < handle->module_count; ++i) {
        handle->driver.unload_module(handle->modules[i].module);
    }
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); ++i) {
        if (blocks[i] != 0) {
            handle->driver.free(blocks[i]);
        }
    }
}

static void discard(nibble_cuda_handle *handle) {
    if (handle->retained_device >= 0) {
        handle->driver.primary_release(handle->retained_device);
    }
    nibble_cuda_unload_driver(&handle->driver);
    free(handle);
}

int nibble_cuda_open(void *context, void *stream, void **handle, const nibble_cuda_plan *plan) {
    if (handle == NULL) {
        return NIBBLE_ERROR_NULL_ARGUMENT;
    }
    *handle = NULL;
    if (!nibble_cpu_supports(plan->plan->cpu_features)) {
        return NIBBLE_ERROR_UNSUPPORTED_CPU;
    }
    nibble_cuda_handle *opened = new_handle(stream, plan->plan->step_count);
    if (opened == NULL || !nibble_cuda_load_driver(&opened->driver)) {
        free(opened);
        return NIBBLE_ERROR_DEVICE;
    }
    int status = NIBBLE_ERROR_DEVICE;
    void *popped = NULL;
    if (take_context(opened, context) && opened->driver.push_context(opened->context) == 0) {
        status = load(opened, plan);
        if (status != NIBBLE_OK) {
            unload(opened);
        }
        opened->driver.pop_context(&popped);
    }
    if (status != NIBBLE_OK) {
        discard(opened);
        return status;
    }
    *handle = opened;
    return NIBBLE_OK;
}

int nibble_cuda_close(void *handle) {
    nibble_cuda_handle *opened = (nibble_cuda_handle *)handle;
    void *popped = NULL;
    int status = NIBBLE_OK;
    if (opened == NULL) {
        return NIBBLE_OK;
    }
    if (opened->driver.push_context(opened->context) == 0) {
        status = opened->driver.synchronise(opened->stream) == 0 ? NIBBLE_OK : NIBBLE_ERROR_DEVICE;
        unload(opened);
        opened->driver.pop_context(&popped);
    } else {
        status = NIBBLE_ERROR_DEVICE;
    }
    discard(opened);
    return status;
}
