// The kernels of a model or a list that have tiles to choose from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "autotune/roofline.h"
#include "bench/typed_layers.h"
#include "compiler/importing.h"
#include "generators/kernel_request.h"
#include "schedules/schedule.h"

namespace nibble {

/// Where kernels come from: one of `model`, `layers` and `job` is not empty.
struct TuneSource {
    std::filesystem::path model;
    std::filesystem::path layers; ///< a list
    std::filesystem::path job;    ///< a layer that another tune's scheduler handed out
    ImportOptions import;
    std::string filter; ///< only layers of the list whose names have this text
    LayerTypes types;   ///< of the list's layers
};

/// A kernel and the layer that is called to measure it.
struct TuneTask {
    Layer layer;
    KernelRequest request; ///< with the tile that its schedule prefers
    TileSpace space;
    TargetFacts machine; ///< the target at the roofs of where it is measured, for the model
    double bound = 0;    ///< least cost of a call there, in cost_unit(); 0 where that is not known
};

/// The source's kernels with more than one legal tile, those that a record does not tell apart once. Throws Error.
std::vector<TuneTask> tune_tasks(const TuneSource &, const TargetFacts &, const Tools &);

} // namespace nibble
