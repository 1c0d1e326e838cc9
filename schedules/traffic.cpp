// SPDX-License-Identifier: Apache-2.0
#include "schedules/traffic.h"

#include "schedules/hexagon/schedules.h"

namespace nibble {

namespace {

/// A schedule whose loops are modelled.
struct TrafficRow {
    const char *op;
    const char *family;
    TileTraffic (*traffic)(const Attributes &kernel, const TargetFacts &, const Tile &);
};

constexpr TrafficRow modelled[] = {
    {"conv2d", "hexagon", hexagon::conv2d_traffic},
    {"fully_connected", "hexagon", hexagon::fully_connected_traffic},
};

} // namespace

TileTraffic traffic_of(const KernelRequest &request, const TargetFacts &target) {
    for (const TrafficRow &row : modelled) {
        if (request.op == row.op && request.schedule == row.family) {
            return row.traffic(request.parameters, target, request.tile);
        }
    }
    return {};
}

int64_t cache_bytes(const TargetFacts &target) {
    int64_t bytes = 0;
    for (const MemoryLevel &level : target.memory) {
        bytes = level.bytes > 0 ? level.bytes : bytes;
    }
    return bytes;
}

} // namespace nibble
