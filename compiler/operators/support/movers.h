// What operators share that move elements and compute nothing: element sizes, boxes in tensors, copies by strides.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "compiler/operators/support/legalise_context.h"

namespace nibble::operators {

/// The types of whole bytes.
const Types &movable_types();

/// Input 0 and output 0 of one movable type, quantised alike; reports otherwise.
struct MovedTensors {
    const Tensor *src = nullptr;
    const Tensor *dst = nullptr;
};
MovedTensors moved_tensors(LegaliseContext &);

/// "s0", "s1", ...: extent or position `dimension` of an attribute.
std::string dimension_name(char letter, size_t dimension);
/// The values of `letter`0 and up.
template <size_t Rank>
void read_dimensions(const Layer &layer, char letter, int64_t (&values)[Rank]) {
    for (size_t d = 0; d < Rank; ++d) {
        values[d] = layer.at(dimension_name(letter, d));
    }
}

/// One dimension of a box inside a dense tensor.
struct BoxDimension {
    int64_t whole = 1; ///< extent of the tensor
    int64_t part = 1;  ///< extent of the box
    int64_t begin = 0; ///< where the box begins
};

constexpr size_t box_rank = 4;

/// The same box, its outermost dimension first, in `box_rank` dimensions: those where the box is the whole tensor are
/// merged into the next outer one. Empty where more are left.
std::vector<BoxDimension> merged_box(const std::vector<BoxDimension> &);

/// A loop of a copy: `extent` elements of the destination, which lie `stride` elements apart in the source.
struct StridedDimension {
    int64_t extent = 1;
    int64_t stride = 0;
};

constexpr size_t strided_rank = 6;

/// Parameters `bits`, `e0` to `e5` and `s0` to `s5` of a kernel that copies to a dense destination, outermost dimension
/// first: neighbours that are one run in the source are merged, and extents of 1 come first.
Attributes strided_copy(int64_t bits, const std::vector<StridedDimension> &);

} // namespace nibble::operators
