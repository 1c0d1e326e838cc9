// Measured tiles of kernels in a file, a line for each run of some.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "autotune/records.h"

namespace nibble {

/// One run of a kernel's tiles, in turn with the one that its schedule prefers.
struct PointRun {
    static constexpr const char *random = "random"; ///< tiles that were drawn
    static constexpr const char *search = "search"; ///< those of a search
    static constexpr const char *brief = "brief";   ///< of a search as `tune` does it
    static constexpr const char *last = "last";     ///< the choices and the fastest of all, once more

    std::string layer;
    Record kernel; ///< with the schedule's own tile and what it cost
    std::string kind;
    /// Cost of each tile (as to_string writes it) divided by that of the schedule's own in this run.
    std::map<std::string, double> shares;
    std::string best; ///< tile
};

/// The file's runs; none where it is absent. A last line without its end is left out. Throws Error that names file and
/// line of what is no run.
std::vector<PointRun> read_points(const std::filesystem::path &file);
/// Adds a line, whole or not at all. Throws Error.
void append_points(const std::filesystem::path &file, const PointRun &);

} // namespace nibble
