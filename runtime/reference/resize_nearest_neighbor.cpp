// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/resize_nearest_neighbor.h"

#include <algorithm>
#include <cmath>

#include "runtime/reference/move_elements.h"

namespace nibble::reference {

int64_t nearest_position(const Resize2d &p, int64_t i, int64_t extent, int64_t outputs) {
    const bool corners = p.align_corners && outputs > 1;
    const float scale = corners ? static_cast<float>(extent - 1) / static_cast<float>(outputs - 1)
                                : static_cast<float>(extent) / static_cast<float>(outputs);
    const float position = (static_cast<float>(i) + (p.half_pixel_centers ? 0.5f : 0.0f)) * scale;
    const float rounded = p.align_corners ? std::round(position) : std::floor(position);
    return std::clamp<int64_t>(static_cast<int64_t>(rounded), 0, extent - 1);
}

void resize_nearest_neighbor(const Resize2d &p, const void *src, void *dst) {
    const int64_t source[4] = {p.n, p.h, p.w, p.c}, outputs[4] = {p.n, p.oh, p.ow, p.c};
    int64_t to = 0;
    for_each_position(outputs, [&](const int64_t(&i)[4]) {
        const int64_t from[4] = {i[0], nearest_position(p, i[1], p.h, p.oh), nearest_position(p, i[2], p.w, p.ow),
                                 i[3]};
        move_element(p.bits, src, element_index(source, from), dst, to++);
    });
}

} // namespace nibble::reference
