// The schedules of the Hexagon HVX family, one file an operator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"
#include "schedules/traffic.h"

namespace nibble::hexagon {

Tile average_pool2d_preferred(const Attributes &, const TargetFacts &);
void schedule_average_pool2d(Algorithm &, const Tile &);

/// On generic's tiles.
void schedule_binary(Algorithm &, const Tile &);

std::vector<Tile> conv2d_tiles(const Attributes &, const TargetFacts &);
Tile conv2d_preferred(const Attributes &, const TargetFacts &);
Prediction conv2d_predict(const Attributes &kernel, const TargetFacts &, const Tile &);
TileTraffic conv2d_traffic(const Attributes &, const TargetFacts &, const Tile &);
void schedule_conv2d(Algorithm &, const Tile &);

std::vector<Tile> depthwise_conv2d_tiles(const Attributes &, const TargetFacts &);
Tile depthwise_conv2d_preferred(const Attributes &, const TargetFacts &);
void schedule_depthwise_conv2d(Algorithm &, const Tile &);

std::vector<Tile> fully_connected_tiles(const Attributes &, const TargetFacts &);
Tile fully_connected_preferred(const Attributes &, const TargetFacts &);
Prediction fully_connected_predict(const Attributes &kernel, const TargetFacts &, const Tile &);
TileTraffic fully_connected_traffic(const Attributes &, const TargetFacts &, const Tile &);
void schedule_fully_connected(Algorithm &, const Tile &);

void schedule_max_pool2d(Algorithm &, const Tile &);

} // namespace nibble::hexagon
