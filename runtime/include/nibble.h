/* Nibble runtime interface: what every generated library and its callers share. C99 and C++.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The text of this file is embedded in every generated header, so that header stands alone. */
#ifndef NIBBLE_RUNTIME_H_
#define NIBBLE_RUNTIME_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the structures below. A library refuses a context of another version. */
#define NIBBLE_ABI_VERSION 1u

/** Alignment in bytes that a scratch arena must have (a cache line pair, and one HVX vector). */
#define NIBBLE_ARENA_ALIGNMENT 128u

/** What every generated function returns. Outputs are untouched unless the status is NIBBLE_OK; after
 * NIBBLE_ERROR_KERNEL, the one failure that shows while kernels run, their contents are undefined. */
typedef enum nibble_status {
    NIBBLE_OK = 0,                      /**< The outputs are written. */
    NIBBLE_ERROR_NULL_ARGUMENT = 1,     /**< The context, an input or an output is NULL. */
    NIBBLE_ERROR_ABI_MISMATCH = 2,      /**< nibble_context.size or .abi_version is not this library's. */
    NIBBLE_ERROR_UNSUPPORTED_CPU = 3,   /**< The CPU lacks a feature that the kernels use. */
    NIBBLE_ERROR_SCRATCH_TOO_SMALL = 4, /**< nibble_context.scratch_bytes is below <NAME>_SCRATCH_BYTES. */
    NIBBLE_ERROR_VTCM_TOO_SMALL = 5,    /**< nibble_context.vtcm_bytes is below <NAME>_VTCM_BYTES. */
    NIBBLE_ERROR_MISALIGNED = 6,        /**< An arena, input or output is not aligned as declared. */
    NIBBLE_ERROR_KERNEL = 7,            /**< A kernel or the caller's parallel-for reported a failure. */
    NIBBLE_ERROR_DEVICE = 8             /**< No GPU that the kernels can use, or too little memory on it. */
} nibble_status;

struct nibble_context;

/** One piece of a parallel loop: runs iteration `index` with the worker's own context. Returns a nibble_status. */
typedef int (*nibble_task)(void *task_data, const struct nibble_context *worker, int32_t index);

/** The caller's parallel loop: calls `task(task_data, worker, i)` once for each i in [0, count) and returns when all
 * are done. Tasks that run at the same time must be given different worker contexts, each with a scratch arena of at
 * least <NAME>_WORKER_SCRATCH_BYTES. Returns the first status that is not NIBBLE_OK, else NIBBLE_OK. */
typedef int (*nibble_parallel_for)(void *data, int32_t count, nibble_task task, void *task_data);

/** Everything that a call needs besides its tensors. Owned by the caller, read-only to the library; one a thread. */
typedef struct nibble_context {
    uint32_t size;                    /**< sizeof(nibble_context) */
    uint32_t abi_version;             /**< NIBBLE_ABI_VERSION */
    void *scratch;                    /**< Activations and staging, aligned to NIBBLE_ARENA_ALIGNMENT. */
    size_t scratch_bytes;             /**< At least <NAME>_SCRATCH_BYTES. */
    void *vtcm;                       /**< Tightly coupled memory, or NULL where <NAME>_VTCM_BYTES is 0. */
    size_t vtcm_bytes;                /**< At least <NAME>_VTCM_BYTES. */
    nibble_parallel_for parallel_for; /**< NULL: loops run on the calling thread. */
    void *parallel_for_data;          /**< First argument of parallel_for. */
    void *cuda_handle;                /**< From <name>_open on CUDA targets, else NULL. */
    uint32_t cuda_memory;             /**< 0: tensors are host memory; 1: device memory. */
    uint32_t cpu_checked; /**< 1: <name>_supported() has returned 1, so calls skip the check, which takes microseconds
                             in a virtual machine. 0: each call checks. */
} nibble_context;

/** Element type of a tensor. */
typedef enum nibble_dtype {
    NIBBLE_S4 = 0,
    NIBBLE_U4 = 1,
    NIBBLE_S8 = 2,
    NIBBLE_U8 = 3,
    NIBBLE_S16 = 4,
    NIBBLE_U16 = 5,
    NIBBLE_S32 = 6,
    NIBBLE_S64 = 7,
    NIBBLE_F16 = 8,
    NIBBLE_F32 = 9
} nibble_dtype;

/** Most dimensions that a tensor can have. */
#define NIBBLE_MAX_DIMS 6

/** A graph input or output: dense, outermost dimension first. real = scale * (q - zero_point); scale 0: not quantised.
 */
typedef struct nibble_tensor_info {
    const char *name;
    uint32_t dtype; /**< nibble_dtype */
    uint32_t rank;
    int64_t shape[NIBBLE_MAX_DIMS];
    uint64_t bytes;
    float scale;
    int32_t zero_point;
} nibble_tensor_info;

/** What a generated library is. */
typedef struct nibble_info {
    uint32_t size;
    uint32_t abi_version;
    const char *name;
    const char *target;
    const char *version; /**< of the gen_kernels that wrote it */
    uint32_t input_count;
    uint32_t output_count;
    const nibble_tensor_info *inputs;
    const nibble_tensor_info *outputs;
    uint64_t scratch_bytes;
    uint64_t worker_scratch_bytes;
    uint64_t vtcm_bytes;
    uint64_t stack_bytes; /**< deepest use of a call */
} nibble_info;

/** The status in words, never NULL. */
const char *nibble_status_string(int status);

#ifdef __cplusplus
}
#endif
#endif /* NIBBLE_RUNTIME_H_ */
