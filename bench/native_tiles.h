// Tiles of one layer, timed on this machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "bench/layer_data.h"
#include "bench/tile_bench.h"
#include "bench/tile_program.h"

namespace nibble {

/// Sets cost or problem of each layer of the program, `results` in the order of its layers: nanoseconds.
void time_tiles(const TileProgram &, const std::shared_ptr<LayerData> &, const Tools &,
                const std::vector<TileCost *> &results);

} // namespace nibble
