// One layer compiled with several tiles, as a library of bare layers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "compiler/files.h"
#include "compiler/program.h"
#include "compiler/resources.h"

namespace nibble {

/// A layer of the library for each tile that can be compiled, each with a kernel of its own.
struct TileProgram {
    Program program;
    std::filesystem::path archive; ///< lib<program.name>.a
};

/// Compiles a layer with tiles that differ. `work` has the objects and the library afterwards. Throws Error where no
/// tile can be compiled.
TileProgram compile_tiles(const Layer &, const TargetFacts &, const std::vector<Tile> &, int jobs, const Tools &,
                          const TempFolder &work);

} // namespace nibble
