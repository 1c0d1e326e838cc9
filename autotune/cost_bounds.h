// The least that calls can cost on the machine where a search measures.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "autotune/roofline.h"

namespace nibble {

class CostBounds {
public:
    /// Of this machine by its measured roofs, where there is a loop for its peak and it reaches what the target says;
    /// else none. Under an emulator by the target's nominal roofs.
    explicit CostBounds(const TargetFacts &);

    /// In cost_unit(); 0 where nothing is known.
    double of(const KernelWork &) const;

private:
    std::optional<Roofs> roofs_;
    double per_second_; ///< costs
};

} // namespace nibble
