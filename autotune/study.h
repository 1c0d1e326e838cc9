// What a schedule's model of its tiles is worth: many tiles of many kernels measured, beside what the model says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "autotune/tune_tasks.h"

namespace nibble {

struct StudyOptions {
    std::string target;
    TuneSource source;
    std::filesystem::path points = "nibble-points"; ///< folder of what is measured
    int random = 60;                                ///< tiles of each kernel drawn from the legal ones
    int search = 0;                                 ///< tiles of a search beside them
    int jobs = 1;
    bool build_only = false; ///< into the cache of kernels: what follows then only measures
    bool quiet = false;
};

/// Measures what the folder does not have yet, a line of <points>/<target>.jsonl as soon as some tiles of a kernel are
/// done. Each line has the cost of the schedule's own tile in the same run, which the others' are divided by when runs
/// are compared. Throws Error.
void measure_study(const StudyOptions &);

/// The measured kernels of the source, a line of Markdown's table each, and a last one for all of them (docs/tuning.md
/// has the columns). Throws Error.
std::string study_table(const StudyOptions &);

} // namespace nibble
