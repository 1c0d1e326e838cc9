// SPDX-License-Identifier: Apache-2.0
#include "schedules/dot_traffic.h"

#include <algorithm>

#include "schedules/dot_counts.h"

namespace nibble {

Passes dot_passes(const DotShape &shape, int64_t images, int64_t cache_bytes, const Tile &tile,
                  const StagedOperands &staged) {
    const int64_t mr = tile.at("mr"), nv = tile.at("nv"), xb = tile.at("xb"), yb = tile.at("yb");
    const int64_t blocks = images * ceil_div(shape.columns, xb) * ceil_div(shape.rows, yb);
    const int64_t tiles = ceil_div(xb, mr) * yb, panel_loops = ceil_div(shape.panels, nv);
    const int64_t panel = shape.groups * panel_bytes(shape), weights = shape.panels * panel;
    const int64_t src = block_src_bytes(shape, tile), tile_src = src / tiles;
    const int64_t dst = xb * yb * shape.groups * shape.panels * shape.form.panel;

    Passes passes;
    const bool src_is_kept = src + nv * panel + dst / panel_loops <= cache_bytes;
    passes.src = staged.src || panel_loops == 1 || src_is_kept ? 1 : panel_loops;
    const bool panel_is_kept = nv * panel + tile_src <= cache_bytes;
    const bool weights_are_kept = weights + src + dst <= cache_bytes;
    passes.weights = (staged.weights || panel_is_kept ? 1 : tiles) * (weights_are_kept ? 1 : blocks);
    return passes;
}

} // namespace nibble
