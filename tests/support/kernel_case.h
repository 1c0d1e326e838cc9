// Which kernels a layer is tested with: every schedule, target and a few tiles.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "compiler/layer.h"
#include "compiler/target.h"
#include "generators/kernel_request.h"

namespace nibble {
struct ScheduleRow; // schedules/directives.h, which brings all of Halide
} // namespace nibble

namespace nibble::test {

/// One kernel of one layer.
struct KernelCase {
    std::string layer;  ///< name of the layer
    std::string target; ///< name of the target
    KernelRequest request;

    /// What a failure names: all that is needed to have this kernel again.
    std::string repro() const;
};

/// The targets of this build that the CPU can run. Prints the name of each that it can't and why, once.
const std::vector<TargetFacts> &runnable_targets();

/// A schedule and a target that it serves.
struct Served {
    const ScheduleRow *row;
    TargetFacts target;
};

/// A kernel's schedules (OperatorRow::kernel) with each target that they are written for or that falls back to them.
std::vector<Served> served_targets(const std::string &kernel, const std::vector<TargetFacts> &targets);

/// Whether the schedule's lowering reads the layer's weights: 4 bits, widened or not, or 8.
bool takes_weights(const ScheduleRow &, const Layer &);

/// For every schedule that serves the layer's operator on a runnable target: the preferred tile and `sampled` other
/// legal ones, drawn from `seed`. The kernels depend on the layer's constants only as far as kernel_parameters does.
std::vector<KernelCase> kernel_cases(const Layer &, size_t sampled, uint32_t seed);

/// How many tiles beside the preferred one a test samples: `usual`, or NIBBLE_TEST_SWEEP where that is set.
size_t sampled_tiles(size_t usual);

} // namespace nibble::test
