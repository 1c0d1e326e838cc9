/* The plan walker of libraries for GPUs.
 * SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cuda/handle.h"
#include "runtime/kernel_abi.h"

/** The device memory that a plan's arguments point into. */
typedef struct Tensors {
    const nibble_cuda_handle *handle;
    const nibble_cuda_plan *plan;
    const void *const *inputs; /**< device pointers where they are not staged */
    void *const *outputs;
    int staged;
} Tensors;

/* Inputs, then outputs, one after the other. */
static nibble_device_pointer staged_at(const Tensors *tensors, uint64_t inputs, uint64_t outputs) {
    nibble_device_pointer address = tensors->handle->staging;
    for (uint64_t i = 0; i < inputs; ++i) {
        address += nibble_cuda_staged(tensors->plan->input_bytes[i]);
    }
    for (uint64_t i = 0; i < outputs; ++i) {
        address += nibble_cuda_staged(tensors->plan->output_bytes[i]);
    }
    return address;
}

static nibble_device_pointer input_at(const Tensors *tensors, uint64_t index) {
    return tensors->staged ? staged_at(tensors, index, 0) : (uintptr_t)tensors->inputs[index];
}

static nibble_device_pointer output_at(const Tensors *tensors, uint64_t index) {
    return tensors->staged ? staged_at(tensors, tensors->plan->plan->input_count, index)
                           : (uintptr_t)tensors->outputs[index];
}

static nibble_device_pointer address_of(const Tensors *tensors, const nibble_plan_arg *arg) {
    switch (arg->space) {
    case NIBBLE_IN_INPUT:
        return input_at(tensors, arg->index) + arg->offset;
    case NIBBLE_IN_OUTPUT:
        return output_at(tensors, arg->index) + arg->offset;
    case NIBBLE_IN_ARENA:
        return tensors->handle->arena + arg->offset;
    default:
        return tensors->handle->constants + arg->offset;
    }
}

static int is_misaligned(const void *const pointers[], uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
        if ((uintptr_t)pointers[i] % NIBBLE_CUDA_ALIGNMENT != 0) {
            return 1;
        }
    }
    return 0;
}

static int copy_in(const Tensors *tensors) {
    const nibble_cuda_handle *handle = tensors->handle;
    for (uint64_t i = 0; i < tensors->plan->plan->input_count; ++i) {
        if (handle->driver.to_device(input_at(tensors, i), tensors->inputs[i], (size_t)tensors->plan->input_bytes[i],
                                     handle->stream) != 0) {
            return NIBBLE_ERROR_KERNEL;
        }
    }
    return NIBBLE_OK;
}

static int copy_out(const Tensors *tensors) {
    const nibble_cuda_handle *handle = tensors->handle;
    for (uint64_t i = 0; i < tensors->plan->plan->output_count; ++i) {
        if (handle->driver.to_host(tensors->outputs[i], output_at(tensors, i), (size_t)tensors->plan->output_bytes[i],
                                   handle->stream) != 0) {
            return NIBBLE_ERROR_KERNEL;
        }
    }
    return handle->driver.synchronise(handle->stream) == 0 ? NIBBLE_OK : NIBBLE_ERROR_KERNEL;
}

int nibble_cuda_call(nibble_cuda_worker *worker, const nibble_plan_step *step, const nibble_device_pointer *addresses) {
    nibble_buffer buffers[NIBBLE_MAX_KERNEL_ARGS];
    void *args[1 + NIBBLE_MAX_KERNEL_ARGS];
    void *user_context = worker;
    args[0] = &user_context;
    for (uint64_t a = 0; a < step->arg_count; ++a) {
        nibble_buffer buffer = {0};
        buffer.device = addresses[a];
        buffer.type.code = (uint8_t)step->args[a].type_code;
        buffer.type.bits = (uint8_t)step->args[a].type_bits;
        buffer.type.lanes = 1;
        buffers[a] = buffer;
        args[1 + a] = &buffers[a];
    }
    const int failed = step->kernel(args) != 0;
    return worker->status == NIBBLE_OK && failed ? NIBBLE_ERROR_KERNEL : worker->status;
}

static int run_steps(nibble_cuda_handle *handle, const Tensors *tensors) {
    const nibble_plan *plan = tensors->plan->plan;
    nibble_cuda_worker worker = {handle, 0, NIBBLE_OK};
    int status = NIBBLE_OK;
    for (uint64_t s = 0; s < plan->step_count && status == NIBBLE_OK; ++s) {
        nibble_device_pointer addresses[NIBBLE_MAX_KERNEL_ARGS];
        for (uint64_t a = 0; a < plan->steps[s].arg_count; ++a) {
            addresses[a] = address_of(tensors, &plan->steps[s].args[a]);
        }
        status = nibble_cuda_call(&worker, &plan->steps[s], addresses);
    }
    return status;
}

static int run(nibble_cuda_handle *handle, const Tensors *tensors) {
    int status = tensors->staged ? copy_in(tensors) : NIBBLE_OK;
    status = status == NIBBLE_OK ? run_steps(handle, tensors) : status;
    return status == NIBBLE_OK && tensors->staged ? copy_out(tensors) : status;
}

int nibble_cuda_plan_run(const nibble_context *context, const void *const inputs[], void *const outputs[],
                         const nibble_cuda_plan *plan) {
    void *popped = NULL;
    int status = nibble_plan_check(context, inputs, outputs, plan->plan);
    if (status != NIBBLE_OK) {
        return status;
    }
    nibble_cuda_handle *handle = (nibble_cuda_handle *)context->cuda_handle;
    const Tensors tensors = {handle, plan, inputs, outputs, context->cuda_memory == 0};
    if (handle == NULL) {
        return NIBBLE_ERROR_NULL_ARGUMENT;
    }
    if (!tensors.staged && (is_misaligned(inputs, plan->plan->input_count) ||
                            is_misaligned((const void *const *)outputs, plan->plan->output_count))) {
        return NIBBLE_ERROR_MISALIGNED;
    }
    if (handle->driver.push_context(handle->context) != 0) {
        return NIBBLE_ERROR_DEVICE;
    }
    status = run(handle, &tensors);
    handle->driver.pop_context(&popped);
    return status;
}
