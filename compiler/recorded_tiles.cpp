// SPDX-License-Identifier: Apache-2.0
#include "compiler/recorded_tiles.h"

#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "autotune/records.h"
#include "compiler/resources.h"

namespace nibble {

ChooseTile recorded_tiles(const std::string &records, const TargetFacts &target) {
    if (records == "none") {
        return default_tile;
    }
    Records known;
    if (!records.empty()) {
        known = Records(records, target);
    }
    known.add(Records(resource_folder() / "records", target));
    if (known.stale() > 0) {
        fmt::print(stderr, "note: {} records of {} are of another compiler or schedule, and left out\n", known.stale(),
                   target.name);
    }
    return tiles_of(std::move(known));
}

} // namespace nibble
