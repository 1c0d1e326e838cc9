// Elements of tensors whose type an operator's attributes say.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "runtime/reference/float_bits.h"

namespace nibble::reference {

/// What a number is; the values are those of Halide's type codes.
enum ElementKind : int64_t { signed_element = 0, unsigned_element = 1, float_element = 2 };

/// A type: integers of 4, 8, 16, 32 or 64 bits (4: two to a byte, low nibble first), floats of 16 or 32.
struct Element {
    int64_t kind = signed_element;
    int64_t bits = 8;

    int64_t least() const { return kind == signed_element ? -(int64_t{1} << (bits - 1)) : 0; }
    int64_t most() const { return (int64_t{1} << (kind == signed_element ? bits - 1 : bits)) - 1; }
};

/// Integer `i` of dense ones.
inline int64_t integer_at(const Element &type, const void *data, int64_t i) {
    const auto *bytes = static_cast<const uint8_t *>(data);
    uint64_t raw = 0;
    if (type.bits == 4) {
        raw = static_cast<uint64_t>(bytes[i / 2] >> (i % 2 * 4)) & 15;
    } else {
        std::memcpy(&raw, bytes + i * type.bits / 8, static_cast<size_t>(type.bits / 8));
    }
    const int64_t unused = 64 - type.bits;
    return type.kind == signed_element ? static_cast<int64_t>(raw << unused) >> unused : static_cast<int64_t>(raw);
}

/// Stores the low bits of `value`. Of a pair of 4 bits the lower is stored first and clears the other.
inline void store_integer(const Element &type, void *data, int64_t i, int64_t value) {
    auto *bytes = static_cast<uint8_t *>(data);
    if (type.bits == 4) {
        const auto nibble = static_cast<uint8_t>(value & 15);
        bytes[i / 2] = i % 2 == 0 ? nibble : static_cast<uint8_t>(bytes[i / 2] | nibble << 4);
    } else {
        std::memcpy(bytes + i * type.bits / 8, &value, static_cast<size_t>(type.bits / 8));
    }
}

/// The f32 of an f16's bits, exactly.
inline float float_from_half(uint16_t half) {
    const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16, rest = half & 0x7fff;
    if (rest >= 0x7c00) {
        return float_from_bits(sign | 0x7f800000 | (rest & 0x3ff) << 13);
    }
    // Moved to the exponent's place a number is 2^-112 of itself, whether it is normal or not.
    return float_from_bits(sign | bits_of_float(float_from_bits(rest << 13) * 0x1p112f));
}

/// Float `i` of dense ones.
inline float float_at(const Element &type, const void *data, int64_t i) {
    if (type.bits == 16) {
        return float_from_half(static_cast<uint16_t>(integer_at({unsigned_element, 16}, data, i)));
    }
    return static_cast<const float *>(data)[i];
}

/// `quotient` rounded half to even, moved to the zero point and saturated; NaN gives the zero point.
inline int64_t saturated(float quotient, int64_t zero, const Element &type) {
    // Beyond 2^20 every type that a real is quantised to saturates, wherever the zero point is.
    const float bounded = std::isnan(quotient) ? 0.0f : std::clamp(quotient, -0x1p20f, 0x1p20f);
    const float below = std::floor(bounded), fraction = bounded - below;
    const auto floor = static_cast<int64_t>(below);
    const bool up = fraction > 0.5f || (fraction == 0.5f && floor % 2 != 0);
    return std::clamp(floor + (up ? 1 : 0) + zero, type.least(), type.most());
}

} // namespace nibble::reference
