// Searches for the fastest tiles of a model's or a list's kernels and keeps them as records.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "autotune/tune_tasks.h"

namespace nibble {

struct TuneOptions {
    std::string target; ///< of a processor
    TuneSource source;
    std::filesystem::path records = "nibble-records"; ///< folder that records are added to
    std::string scheduler;         ///< a Dask scheduler's address, whose workers measure; empty: this machine does
    std::optional<double> seconds; ///< no further kernel is begun after these
    int points = 16; ///< tiles of a kernel that are measured at most; 0: schedules' models choose, nothing is measured
    int jobs = 1;
    bool quiet = false;
};

/// Measures each kernel that the folder has no measured record of (TileSearch). A record is added as soon as its kernel
/// is done, so that a run which was stopped goes on where it was. Throws Error.
void tune(const TuneOptions &);

} // namespace nibble
