// Runs a kernel on a layer's data sets and tells what is wrong in one line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tests/support/data_sets.h"
#include "tests/support/kernel_call.h"
#include "tests/support/kernel_case.h"
#include "tests/support/kernel_set.h"

namespace nibble::test {

/// The layer as the kernel wants its constants packed.
Layer packed_as(const KernelCase &, Layer);

/// Runs every call of every data set at both placements; stops at the first that fails, whose line of repro is the
/// report's problem.
CallReport run_on_data_sets(const KernelCase &, const KernelSet &, const std::vector<DataSet> &);

} // namespace nibble::test
