// Which tiles are next to another.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "schedules/schedule.h"

namespace nibble {

/// At most `count` of `tiles` that are not in `known`, those nearest to `centre` first: a step is from a parameter's
/// value to the next one that any of the tiles has. Of equally near ones those that differ in fewer parameters come
/// first, then the earlier.
std::vector<Tile> nearest_tiles(const std::vector<Tile> &tiles, const Tile &centre, const std::vector<Tile> &known,
                                size_t count);

} // namespace nibble
