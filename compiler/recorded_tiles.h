// The tiles that a program's user asks for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "autotune/tile_choice.h"

namespace nibble {

/// Tiles by the records of a folder and, where it has none, by those that come with Nibble; the schedules' own for the
/// rest. `records` empty: no folder; "none": no records at all. Prints a note where some no longer count. Throws Error
/// where a file of records is damaged.
ChooseTile recorded_tiles(const std::string &records, const TargetFacts &);

} // namespace nibble
