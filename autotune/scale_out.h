// Tuning on other machines: kernels go to the workers of a Dask scheduler, through scale_out.py.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "autotune/records.h"
#include "compiler/layer.h"
#include "compiler/resources.h"
#include "compiler/target.h"

namespace nibble {

struct ScaleOut {
    std::string scheduler;         ///< its address: "tcp://host:8786"
    int points = 0;                ///< tiles of a kernel that are measured at most
    std::optional<double> seconds; ///< no further kernel is handed out after these
};

/// Receives the records that a worker made of a layer. False: the layer's is not among them.
using TakeRecords = std::function<bool(size_t layer, const Records &)>;

/// Hands a kernel a layer to the scheduler's workers and gives their records to `take` as they come. A worker that dies
/// costs nothing but time, and a kernel that one can't tune is tried on each other. Throws Error, after all others are
/// done, with the kernels that no worker could tune; and where there is no scheduler.
void tune_on_workers(const ScaleOut &, const std::vector<const Layer *> &layers, const TargetFacts &, const Tools &,
                     const TakeRecords &take);

} // namespace nibble
