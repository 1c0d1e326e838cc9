/* The plan walker behind every generated function.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel_abi.h"
#include "plan.h"
#include "worker.h"

/** The memory that a plan's arguments point into. */
typedef struct Tensors {
    const void *const *inputs;
    void *const *outputs;
    uint8_t *arena;
    uint8_t *vtcm;
    const uint8_t *constants;
} Tensors;

static int has_null(const void *const *pointers, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
        if (pointers == NULL || pointers[i] == NULL) {
            return 1;
        }
    }
    return 0;
}

/* Kernels have no way to write to an input or a constant but a wrong plan, so one pointer type serves all spaces. */
static uint8_t *address_of(const Tensors *tensors, const nibble_plan_arg *arg) {
    switch (arg->space) {
    case NIBBLE_IN_INPUT:
        return (uint8_t *)(uintptr_t)tensors->inputs[arg->index] + arg->offset;
    case NIBBLE_IN_OUTPUT:
        return (uint8_t *)tensors->outputs[arg->index] + arg->offset;
    case NIBBLE_IN_ARENA:
        return tensors->arena + arg->offset;
    case NIBBLE_IN_VTCM:
        return tensors->vtcm + arg->offset;
    default:
        return (uint8_t *)(uintptr_t)tensors->constants + arg->offset;
    }
}

/* Inputs and outputs hold the plan's alignment and the natural one of their elements, which are powers of two; arenas
 * and constants are ours. */
static int is_misaligned(const Tensors *tensors, const nibble_plan_arg *arg, uint64_t alignment) {
    uint64_t element_bytes = arg->type_bits / 8;
    if (arg->space != NIBBLE_IN_INPUT && arg->space != NIBBLE_IN_OUTPUT) {
        return 0;
    }
    uint64_t needed = element_bytes > alignment ? element_bytes : alignment;
    return ((uintptr_t)address_of(tensors, arg) & (uintptr_t)(needed - 1)) != 0;
}

static int check_alignment(const Tensors *tensors, const nibble_plan *plan) {
    for (uint64_t s = 0; s < plan->step_count; ++s) {
        const nibble_plan_step *step = &plan->steps[s];
        for (uint64_t a = 0; a < step->arg_count; ++a) {
            if (is_misaligned(tensors, &step->args[a], plan->buffer_alignment)) {
                return NIBBLE_ERROR_MISALIGNED;
            }
        }
    }
    return NIBBLE_OK;
}

int nibble_plan_check(const nibble_context *context, const void *const inputs[], void *const outputs[],
                      const nibble_plan *plan) {
    const Tensors tensors = {inputs, outputs, NULL, NULL, NULL};
    int status = nibble_context_check(context);
    if (status != NIBBLE_OK) {
        return status;
    }
    if (has_null(inputs, plan->input_count) || has_null((const void *const *)outputs, plan->output_count)) {
        return NIBBLE_ERROR_NULL_ARGUMENT;
    }
    if (!context->cpu_checked && !nibble_cpu_supports(plan->cpu_features)) {
        return NIBBLE_ERROR_UNSUPPORTED_CPU;
    }
    return check_alignment(&tensors, plan);
}

static int check_arenas(const nibble_context *context, const nibble_plan *plan) {
    int status = nibble_arena_check(context->scratch, context->scratch_bytes, plan->scratch_bytes,
                                    NIBBLE_ERROR_SCRATCH_TOO_SMALL);
    if (status != NIBBLE_OK) {
        return status;
    }
    return nibble_arena_check(context->vtcm, context->vtcm_bytes, plan->vtcm_bytes, NIBBLE_ERROR_VTCM_TOO_SMALL);
}

static int run_step(nibble_worker *worker, const Tensors *tensors, const nibble_plan_step *step) {
    nibble_buffer buffers[NIBBLE_MAX_KERNEL_ARGS];
    void *args[1 + NIBBLE_MAX_KERNEL_ARGS];
    void *user_context = worker;
    args[0] = &user_context;
    for (uint64_t a = 0; a < step->arg_count; ++a) {
        const nibble_plan_arg *arg = &step->args[a];
        nibble_buffer buffer = {0};
        buffer.host = address_of(tensors, arg);
        buffer.type.code = (uint8_t)arg->type_code;
        buffer.type.bits = (uint8_t)arg->type_bits;
        buffer.type.lanes = 1;
        buffers[a] = buffer;
        args[1 + a] = &buffers[a];
    }
    int failed = step->kernel(args) != 0 || worker->status != NIBBLE_OK;
    return failed ? NIBBLE_ERROR_KERNEL : NIBBLE_OK;
}

int nibble_plan_run(const nibble_context *context, const void *const inputs[], void *const outputs[],
                    const nibble_plan *plan) {
    Tensors tensors = {inputs, outputs, NULL, NULL, (const uint8_t *)plan->constants};
    int status = nibble_plan_check(context, inputs, outputs, plan);
    status = status == NIBBLE_OK ? check_arenas(context, plan) : status;
    if (status != NIBBLE_OK) {
        return status;
    }
    tensors.arena = (uint8_t *)context->scratch;
    tensors.vtcm = (uint8_t *)context->vtcm;
    uint64_t kernel_bytes = plan->scratch_bytes - plan->arena_bytes;
    for (uint64_t s = 0; s < plan->step_count && status == NIBBLE_OK; ++s) {
        nibble_worker worker = nibble_worker_at(context, plan->arena_bytes, kernel_bytes);
        worker.vtcm = nibble_heap_within(context->vtcm, plan->steps[s].vtcm_offset, context->vtcm_bytes);
        status = run_step(&worker, &tensors, &plan->steps[s]);
    }
    return status;
}
