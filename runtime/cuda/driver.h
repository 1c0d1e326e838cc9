/* The functions of CUDA's driver that the runtime calls, found at run time: linking needs no CUDA.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Declared here in our own words; the names and versions are those of the driver's library, libcuda.so.1. */
#ifndef NIBBLE_RUNTIME_CUDA_DRIVER_H_
#define NIBBLE_RUNTIME_CUDA_DRIVER_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Addresses of the device. */
typedef uint64_t nibble_device_pointer;

/** X(name here, symbol of the library, parameters): all return 0 for success. Contexts, modules, functions and streams
 * are pointers, devices are numbers. */
#define NIBBLE_CUDA_FUNCTIONS(X)                                                                                       \
    X(init, "cuInit", (unsigned flags))                                                                                \
    X(device_count, "cuDeviceGetCount", (int *count))                                                                  \
    X(device_attribute, "cuDeviceGetAttribute", (int *value, int attribute, int device))                               \
    X(primary_retain, "cuDevicePrimaryCtxRetain", (void **context, int device))                                        \
    X(primary_release, "cuDevicePrimaryCtxRelease_v2", (int device))                                                   \
    X(push_context, "cuCtxPushCurrent_v2", (void *context))                                                            \
    X(pop_context, "cuCtxPopCurrent_v2", (void **context))                                                             \
    X(allocate, "cuMemAlloc_v2", (nibble_device_pointer * memory, size_t bytes))                                       \
    X(free, "cuMemFree_v2", (nibble_device_pointer memory))                                                            \
    X(to_device, "cuMemcpyHtoDAsync_v2", (nibble_device_pointer to, const void *from, size_t bytes, void *stream))     \
    X(to_host, "cuMemcpyDtoHAsync_v2", (void *to, nibble_device_pointer from, size_t bytes, void *stream))             \
    X(synchronise, "cuStreamSynchronize", (void *stream))                                                              \
    X(load_module, "cuModuleLoadData", (void **module, const void *image))                                             \
    X(unload_module, "cuModuleUnload", (void *module))                                                                 \
    X(find_function, "cuModuleGetFunction", (void **function, void *module, const char *name))                         \
    X(launch, "cuLaunchKernel",                                                                                        \
      (void *function, unsigned blocks_x, unsigned blocks_y, unsigned blocks_z, unsigned threads_x,                    \
       unsigned threads_y, unsigned threads_z, unsigned shared_bytes, void *stream, void **arguments, void **extra))

typedef struct nibble_cuda_driver {
    void *library;
#define NIBBLE_CUDA_MEMBER(name, symbol, parameters) int(*name) parameters;
    NIBBLE_CUDA_FUNCTIONS(NIBBLE_CUDA_MEMBER)
#undef NIBBLE_CUDA_MEMBER
} nibble_cuda_driver;

/** Loads and initialises the driver. Returns 1, or 0 where there is none, or no GPU. */
int nibble_cuda_load_driver(nibble_cuda_driver *driver);
void nibble_cuda_unload_driver(nibble_cuda_driver *driver);

/** 1 where the CPU has the features and the first GPU a compute capability of at least a tenth of `capability`; else
 * 0. */
int nibble_cuda_supports(uint64_t cpu_features, int capability);

#ifdef __cplusplus
}
#endif
#endif
