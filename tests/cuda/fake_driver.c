/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "fake_driver.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

FakeCuda fake_cuda = {1, 90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, NULL};

static char some_context, some_module, some_function;

int cuInit(unsigned flags) { return flags != 0; }

int cuDeviceGetCount(int *count) {
    *count = fake_cuda.devices;
    return 0;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
    *value = attribute == 75 ? fake_cuda.capability / 10 : fake_cuda.capability % 10;
    return device != 0;
}

int cuDevicePrimaryCtxRetain(void **context, int device) {
    ++fake_cuda.contexts_retained;
    *context = &some_context;
    return device != 0;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
    ++fake_cuda.contexts_released;
    return device != 0;
}

int cuCtxPushCurrent_v2(void *context) {
    ++fake_cuda.contexts_pushed;
    return context == NULL;
}

int cuCtxPopCurrent_v2(void **context) {
    ++fake_cuda.contexts_popped;
    *context = &some_context;
    return 0;
}

int cuMemAlloc_v2(uint64_t *memory, size_t bytes) {
    if (fake_cuda.allocations_until_failure == 0) {
        return 2;
    }
    --fake_cuda.allocations_until_failure;
    ++fake_cuda.allocations;
    fake_cuda.bytes_allocated += bytes;
    void *block = NULL;
    const int failed = posix_memalign(&block, 256, bytes);
    *memory = (uintptr_t)block;
    return failed;
}

int cuMemFree_v2(uint64_t memory) {
    ++fake_cuda.frees;
    free((void *)(uintptr_t)memory);
    return 0;
}

int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, void *stream) {
    (void)stream;
    ++fake_cuda.copies_to_device;
    fake_cuda.bytes_to_device += bytes;
    memcpy((void *)(uintptr_t)to, from, bytes);
    return 0;
}

int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *stream) {
    (void)stream;
    ++fake_cuda.copies_to_host;
    fake_cuda.bytes_to_host += bytes;
    memcpy(to, (const void *)(uintptr_t)from, bytes);
    return 0;
}

int cuStreamSynchronize(void *stream) {
    (void)stream;
    ++fake_cuda.synchronisations;
    return 0;
}

int cuModuleLoadData(void **module, const void *image) {
    if (fake_cuda.load_fails || strstr((const char *)image, ".visible .entry") == NULL) {
        return 218;
    }
    ++fake_cuda.modules_loaded;
    *module = &some_module;
    return 0;
}

int cuModuleUnload(void *module) {
    ++fake_cuda.modules_unloaded;
    return module != &some_module;
}

int cuModuleGetFunction(void **function, void *module, const char *name) {
    *function = &some_function;
    return module != &some_module || strlen(name) == 0;
}

int cuLaunchKernel(void *function, unsigned blocks_x, unsigned blocks_y, unsigned blocks_z, unsigned threads_x,
                   unsigned threads_y, unsigned threads_z, unsigned shared_bytes, void *stream, void **arguments,
                   void **extra) {
    ++fake_cuda.launches;
    fake_cuda.stream = stream;
    return fake_cuda.launch_fails || function != &some_function || blocks_x * blocks_y * blocks_z == 0 ||
           threads_x * threads_y * threads_z > 1024 || shared_bytes > 48 * 1024 || arguments == NULL || extra != NULL;
}
