// SPDX-License-Identifier: Apache-2.0
#include "autotune/tile_choice.h"

namespace nibble {

TileChoice default_tile(const KernelRequest &request, const TileSpace &space, const TargetFacts &target) {
    return {space.preferred(request.parameters, target), "default", std::nullopt};
}

} // namespace nibble
