// SPDX-License-Identifier: Apache-2.0
#include "autotune/tile_choice.h"

#include <stdexcept>

namespace nibble {

void to_json(nlohmann::json &json, const TriedTile &tried) {
    json = nlohmann::json::array({to_string(tried.tile), tried.cost, tried.predicted});
}

void from_json(const nlohmann::json &json, TriedTile &tried) {
    tried.tile = parse_tile(json.at(0).get<std::string>());
    tried.cost = json.at(1).get<double>();
    tried.predicted = json.at(2).get<double>();
    if (json.size() != 3 || tried.cost < 0 || tried.predicted < 0) {
        throw std::invalid_argument("a tile with two costs");
    }
}

void to_json(nlohmann::json &json, const MeasuredCost &cost) {
    json = {{"cost", cost.cost},     {"default_cost", cost.default_cost}, {"unit", cost.unit},
            {"points", cost.points}, {"machine", cost.machine},           {"tried", cost.tried}};
}

TileChoice default_tile(const KernelRequest &request, const TileSpace &space, const TargetFacts &target) {
    return {space.preferred(request.parameters, target), space.predict != nullptr ? "model" : "default", std::nullopt};
}

} // namespace nibble
