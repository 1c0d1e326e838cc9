/* What <name>_open makes and each call uses: a library on one device and stream.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NIBBLE_RUNTIME_CUDA_HANDLE_H_
#define NIBBLE_RUNTIME_CUDA_HANDLE_H_

#include "runtime/cuda/driver.h"
#include "runtime/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes that tensors in device memory begin at a multiple of: kernels read as many at once. */
#define NIBBLE_CUDA_ALIGNMENT 16u

/** A function of a library for a GPU. gen_kernels writes it as assembler data, every field 8 bytes wide. */
typedef struct nibble_cuda_plan {
    const nibble_plan *plan;
    const uint64_t *input_bytes;  /**< of each input */
    const uint64_t *output_bytes; /**< of each output */
    uint64_t constant_bytes;      /**< at plan->constants */
    uint64_t staging_bytes;       /**< of <name>_open: the most that a call's tensors take, by nibble_cuda_staged */
} nibble_cuda_plan;

/** What a tensor takes of the staging. */
static inline uint64_t nibble_cuda_staged(uint64_t bytes) {
    return (bytes + NIBBLE_ARENA_ALIGNMENT - 1) / NIBBLE_ARENA_ALIGNMENT * NIBBLE_ARENA_ALIGNMENT;
}

/** The device's code of one kernel. */
typedef struct nibble_cuda_module {
    const char *source; /**< its text in the library, which names it */
    void *module;
} nibble_cuda_module;

typedef struct nibble_cuda_handle {
    nibble_cuda_driver driver;
    void *context;
    void *stream;
    int retained_device;             /**< whose primary context is held, or -1 */
    nibble_device_pointer constants; /**< 0: none, as in all three */
    nibble_device_pointer arena;
    nibble_device_pointer staging;
    uint64_t module_count;
    nibble_cuda_module *modules; /**< stands after the handle */
} nibble_cuda_handle;

/** What a kernel's user context points to. */
typedef struct nibble_cuda_worker {
    nibble_cuda_handle *handle;
    int loading; /**< 1: modules are loaded and nothing is launched */
    int status;  /**< the first failure: kernels without asserts do not pass it on */
} nibble_cuda_worker;

/** Behind <name>_open: loads the driver, the modules and the constants, and allocates all that calls need. `context` is
 * a CUcontext, or NULL for the primary context of device 0; `stream` a CUstream, or NULL. Returns NIBBLE_OK and
 * *handle, or a status with nothing left behind. */
int nibble_cuda_open(void *context, void *stream, void **handle, const nibble_cuda_plan *plan);
/** Behind <name>_close. NULL is nothing. Waits for the stream. */
int nibble_cuda_close(void *handle);
/** Behind <name>_run and the functions of layers: nibble_plan_run on a device. Tensors in device memory: launches
 * kernels and returns. In host memory: copies them there and back, and waits. */
int nibble_cuda_plan_run(const nibble_context *context, const void *const inputs[], void *const outputs[],
                         const nibble_cuda_plan *plan);
/** Calls one kernel, whose arguments lie at `addresses` of the device. Returns a nibble_status. */
int nibble_cuda_call(nibble_cuda_worker *worker, const nibble_plan_step *step, const nibble_device_pointer *addresses);

/** The hooks that kernels call; local symbols in a generated library. user_context is a nibble_cuda_worker *. */
int halide_cuda_initialize_kernels(void *user_context, void **state, const char *source, int bytes);
void halide_cuda_finalize_kernels(void *user_context, void *state);
int halide_cuda_run(void *user_context, void *state, const char *entry, int blocks_x, int blocks_y, int blocks_z,
                    int threads_x, int threads_y, int threads_z, int shared_bytes, size_t sizes[], void *arguments[],
                    int8_t is_buffer[]);

#ifdef __cplusplus
}
#endif
#endif
