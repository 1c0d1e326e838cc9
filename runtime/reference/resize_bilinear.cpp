// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/resize_bilinear.h"

#include <algorithm>
#include <cmath>

#include "runtime/reference/move_elements.h"

namespace nibble::reference {
namespace {

constexpr int32_t one = 1 << bilinear_bits;

/// Pixels: [row][column], 0 the lower position and 1 the upper one.
int8_t mix(const int32_t (&v)[2][2], int32_t dy, int32_t dx) {
    const int32_t upper_row = v[0][0] * (one - dx) + v[0][1] * dx, lower_row = v[1][0] * (one - dx) + v[1][1] * dx;
    const int32_t sum = upper_row * (one - dy) + lower_row * dy;
    const int32_t half = 1 << (2 * bilinear_bits - 1);
    return static_cast<int8_t>((sum > 0 ? sum + half : sum - half) / (one * one)); // division truncates
}

int8_t mix(const int32_t (&v)[2][2], float dy, float dx) {
    const auto real = [&v](int row, int column) { return static_cast<float>(v[row][column] + 128); };
    float sum = real(0, 0) * (1 - dy) * (1 - dx);
    sum += real(1, 0) * dy * (1 - dx);
    sum += real(0, 1) * (1 - dy) * dx;
    sum += real(1, 1) * dy * dx;
    return static_cast<int8_t>(static_cast<int32_t>(sum + 0.5f) - 128);
}

template <typename Distance>
void resize(const Resize2d &p, const int8_t *src, int8_t *dst) {
    const int64_t source[4] = {p.n, p.h, p.w, p.c}, outputs[4] = {p.n, p.oh, p.ow, p.c};
    for_each_position(outputs, [&](const int64_t(&i)[4]) {
        const auto y = bilinear_tap<Distance>(p, i[1], p.h, p.oh), x = bilinear_tap<Distance>(p, i[2], p.w, p.ow);
        const auto pixel = [&](int64_t row, int64_t column) -> int32_t {
            const int64_t from[4] = {i[0], row, column, i[3]};
            return src[element_index(source, from)];
        };
        const int32_t values[2][2] = {{pixel(y.lower, x.lower), pixel(y.lower, x.upper)},
                                      {pixel(y.upper, x.lower), pixel(y.upper, x.upper)}};
        *dst++ = mix(values, y.distance, x.distance);
    });
}

} // namespace

template <>
BilinearTap<int32_t> bilinear_tap<int32_t>(const Resize2d &p, int64_t i, int64_t extent, int64_t outputs) {
    const bool corners = p.align_corners && outputs > 1;
    const int64_t ratio =
        corners ? (one * (extent - 1) + (outputs - 1) / 2) / (outputs - 1) : (one * extent + outputs / 2) / outputs;
    const int64_t position = p.half_pixel_centers ? i * ratio + ratio / 2 - one / 2 : i * ratio;
    const int64_t lower = std::max<int64_t>(position / one, 0);
    return {lower, std::min((position + one - 1) / one, extent - 1), static_cast<int32_t>(position - one * lower)};
}

template <>
BilinearTap<float> bilinear_tap<float>(const Resize2d &p, int64_t i, int64_t extent, int64_t outputs) {
    const bool corners = p.align_corners && outputs > 1;
    const float ratio = corners ? static_cast<float>(extent - 1) / static_cast<float>(outputs - 1)
                                : static_cast<float>(extent) / static_cast<float>(outputs);
    float position = static_cast<float>(i) * ratio;
    if (p.half_pixel_centers) {
        position = (static_cast<float>(i) + 0.5f) * ratio;
        position -= 0.5f;
    }
    const auto lower = std::max<int64_t>(static_cast<int64_t>(std::floor(position)), 0);
    const auto upper = std::min<int64_t>(static_cast<int64_t>(std::ceil(position)), extent - 1);
    return {lower, upper, position - static_cast<float>(lower)};
}

void resize_bilinear(const Resize2d &p, bool u8, const int8_t *src, int8_t *dst) {
    (u8 ? resize<float> : resize<int32_t>)(p, src, dst);
}

} // namespace nibble::reference
