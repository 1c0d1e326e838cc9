// Names and sizes of the types that tensors and operators carry.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <limits>

#include "model/model.h"

namespace nibble {

namespace {

struct DTypeRow {
    DType dtype;
    const char *name;
    int bits;
};

constexpr std::array<DTypeRow, 10> kDTypes = {{
    {DType::s4, "s4", 4},
    {DType::u4, "u4", 4},
    {DType::s8, "s8", 8},
    {DType::u8, "u8", 8},
    {DType::s16, "s16", 16},
    {DType::u16, "u16", 16},
    {DType::s32, "s32", 32},
    {DType::s64, "s64", 64},
    {DType::f16, "f16", 16},
    {DType::f32, "f32", 32},
}};

struct RoundingRow {
    Rounding rounding;
    const char *name;
};

constexpr std::array<RoundingRow, 5> kRoundings = {{
    {Rounding::none, "none"},
    {Rounding::double_, "double"},
    {Rounding::single, "single"},
    {Rounding::float_, "float"},
    {Rounding::reduced16, "reduced16"},
}};

// Rows stand in the order of their enum, so a value is its row's index.
const DTypeRow &row_of(DType dtype) { return kDTypes.at(static_cast<size_t>(dtype)); }

} // namespace

const char *to_string(DType dtype) { return row_of(dtype).name; }

int bits_of(DType dtype) { return row_of(dtype).bits; }

std::optional<DType> dtype_from_string(const std::string &name) {
    for (const DTypeRow &row : kDTypes) {
        if (name == row.name) {
            return row.dtype;
        }
    }
    return std::nullopt;
}

const char *to_string(Rounding rounding) { return kRoundings.at(static_cast<size_t>(rounding)).name; }

std::optional<Rounding> rounding_from_string(const std::string &name) {
    for (const RoundingRow &row : kRoundings) {
        if (name == row.name) {
            return row.rounding;
        }
    }
    return std::nullopt;
}

int64_t Tensor::elements() const {
    int64_t count = 1;
    for (const int64_t extent : shape) {
        if (__builtin_mul_overflow(count, extent, &count)) {
            return std::numeric_limits<int64_t>::max();
        }
    }
    return count;
}

int64_t Tensor::bytes() const {
    int64_t bits = 0;
    if (__builtin_mul_overflow(elements(), static_cast<int64_t>(bits_of(dtype)), &bits)) {
        return std::numeric_limits<int64_t>::max();
    }
    return bits / 8 + (bits % 8 != 0 ? 1 : 0);
}

} // namespace nibble
