// Fetches the next panels' weights into the caches while a tile is computed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::x86 {

/// Which panels to fetch: those after the `panels` that a tile multiplies, of `panel_elements` elements of `array`
/// each.
struct NextPanels {
    std::string array;
    std::string loop; ///< whose body reads `array`: the end of its name; a vector of each panel is fetched in it
    std::string rows; ///< the loop over tiles of rows, whose iterations share the panels to be fetched; empty where
                      ///< there is none
    int panels;
    int panel_elements;
    int ahead; ///< elements of its own panel that a further tile fetches ahead
};

/// A pass that adds, to the body of each loop `loop` that reads `array`, prefetches of what the iteration will read of
/// the next panels: panel t in tile t of rows; where tiles are fewer than panels, several of them in each. Tiles beyond
/// fetch their own panel's elements ahead, from the second cache; where there is no such loop, each panel's own
/// elements are fetched ahead, from memory.
std::shared_ptr<Halide::Internal::IRMutator> prefetch_panels(const NextPanels &);

} // namespace nibble::x86
