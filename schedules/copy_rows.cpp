// SPDX-License-Identifier: Apache-2.0
#include "schedules/copy_rows.h"

#include <algorithm>

#include "schedules/flat.h"

namespace nibble {

using namespace Halide;

int copied_lanes(int64_t bits, const TargetFacts &target) { return target.vector_bytes * 8 / static_cast<int>(bits); }

void schedule_row_update(Stage update, const RVar &element, int64_t extent, int vec, bool masks) {
    const int most = vector_widths(std::min<int64_t>(extent, vec)).back(),
              width = masks ? most : exact_lanes(extent, most);
    if (width > 1) {
        update.vectorize(element, width, TailStrategy::GuardWithIf);
    } else if (extent < 4) {
        update.unroll(element);
    } else {
        update.unroll(element, 4, TailStrategy::GuardWithIf);
    }
}

} // namespace nibble
