// SPDX-License-Identifier: Apache-2.0
#include "autotune/tile_choice.h"

namespace nibble {

void to_json(nlohmann::json &json, const MeasuredCost &cost) {
    json = {{"cost", cost.cost},
            {"default_cost", cost.default_cost},
            {"unit", cost.unit},
            {"points", cost.points},
            {"machine", cost.machine}};
}

TileChoice default_tile(const KernelRequest &request, const TileSpace &space, const TargetFacts &target) {
    return {space.preferred(request.parameters, target), space.predict != nullptr ? "model" : "default", std::nullopt};
}

} // namespace nibble
