// Elements of any size, moved from one place of a dense tensor to another.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

namespace nibble::reference {

/// Copies element `from` of src to element `to` of dst; elements have `bits` bits, a multiple of 8.
inline void move_element(int64_t bits, const void *src, int64_t from, void *dst, int64_t to) {
    const int64_t bytes = bits / 8;
    std::memcpy(static_cast<uint8_t *>(dst) + to * bytes, static_cast<const uint8_t *>(src) + from * bytes,
                static_cast<size_t>(bytes));
}

/// Calls visit(position) for every position of a tensor of `Rank` dimensions, the last one fastest.
template <int64_t Rank, typename Visit>
void for_each_position(const int64_t (&extent)[Rank], const Visit &visit) {
    int64_t elements = 1;
    for (const int64_t e : extent) {
        elements *= e;
    }
    for (int64_t i = 0; i < elements; ++i) {
        int64_t position[Rank], rest = i;
        for (int64_t d = Rank - 1; d >= 0; --d) {
            position[d] = rest % extent[d];
            rest /= extent[d];
        }
        visit(position);
    }
}

/// Where the element at `position` of a dense tensor lies.
template <int64_t Rank>
int64_t element_index(const int64_t (&extent)[Rank], const int64_t (&position)[Rank]) {
    int64_t index = 0;
    for (int64_t d = 0; d < Rank; ++d) {
        index = index * extent[d] + position[d];
    }
    return index;
}

} // namespace nibble::reference
