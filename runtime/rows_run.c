/* Any number of rows by plans for a few numbers of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

/* Rows of the next call where `left` of `rows` remain. A call that takes more than that begins earlier, and computes
 * rows again; up to a third more than are left is less than what several smaller calls would cost. */
static const nibble_rows_step *next_step(const nibble_rows_plan *plan, uint64_t rows, uint64_t left) {
    const nibble_rows_step *step = plan->steps;
    const nibble_rows_step *last = plan->steps + plan->step_count - 1;
    for (; step < last; ++step) {
        if (step->rows <= left || (step->rows <= rows && 3 * step->rows <= 4 * left)) {
            break;
        }
    }
    return step;
}

int nibble_rows_run(const nibble_context *context, const void *const inputs[], void *const outputs[], size_t rows,
                    const nibble_rows_plan *plan) {
    int status = nibble_plan_check(context, inputs, outputs, plan->steps[0].plan);
    uint64_t left = rows;
    while (status == NIBBLE_OK && left > 0) {
        const nibble_rows_step *step = next_step(plan, rows, left);
        uint64_t first = step->rows <= left ? rows - left : rows - step->rows;
        const void *const moved_inputs[] = {(const uint8_t *)inputs[0] + first * plan->src_row_bytes,
                                            plan->inputs > 1 ? inputs[1] : NULL};
        void *const moved_outputs[] = {(uint8_t *)outputs[0] + first * plan->dst_row_bytes};
        status = nibble_plan_run(context, moved_inputs, moved_outputs, step->plan);
        left = rows - first - step->rows;
    }
    return status;
}
