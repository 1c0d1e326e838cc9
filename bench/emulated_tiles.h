// Tiles of one layer, counted under an emulator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "bench/layer_data.h"
#include "bench/tile_bench.h"
#include "bench/tile_program.h"

namespace nibble {

/// Sets cost or problem of each layer of the program, `results` in the order of its layers: packets, or cycles of the
/// target's first modelled processor.
void count_tiles(const TileProgram &, const std::shared_ptr<LayerData> &, const Tools &,
                 const std::vector<TileCost *> &results);

} // namespace nibble
