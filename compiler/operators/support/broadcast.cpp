// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/broadcast.h"

#include <algorithm>

namespace nibble::operators {
namespace {

struct Dimension {
    int64_t dst, src0, src1;
};

/// Extent of the dimension that is `from_inner` places out from the innermost one.
int64_t extent(const std::vector<int64_t> &shape, size_t from_inner) {
    return from_inner < shape.size() ? shape[shape.size() - 1 - from_inner] : 1;
}

/// Both operands go through both dimensions alike, so that the two are one.
bool mergeable(const Dimension &a, const Dimension &b) {
    const auto shared = [](int64_t operand, int64_t dst) { return operand != dst; };
    return shared(a.src0, a.dst) == shared(b.src0, b.dst) && shared(a.src1, a.dst) == shared(b.src1, b.dst);
}

} // namespace

std::optional<std::vector<int64_t>> broadcast_shape(const std::vector<int64_t> &src0,
                                                    const std::vector<int64_t> &src1) {
    std::vector<int64_t> result(std::max(src0.size(), src1.size()));
    for (size_t i = 0; i < result.size(); ++i) {
        const int64_t a = extent(src0, i);
        const int64_t b = extent(src1, i);
        if (a != b && a != 1 && b != 1) {
            return std::nullopt;
        }
        result[result.size() - 1 - i] = std::max(a, b);
    }
    return result;
}

std::optional<Broadcast> collapse_broadcast(const std::vector<int64_t> &src0, const std::vector<int64_t> &src1) {
    std::vector<Dimension> inner_first;
    for (size_t i = 0; i < std::max(src0.size(), src1.size()); ++i) {
        const int64_t a = extent(src0, i);
        const int64_t b = extent(src1, i);
        const Dimension dimension{std::max(a, b), a, b};
        if (dimension.dst == 1) {
            continue;
        }
        if (!inner_first.empty() && mergeable(inner_first.back(), dimension)) {
            Dimension &merged = inner_first.back();
            merged = {merged.dst * dimension.dst, merged.src0 * a, merged.src1 * b};
        } else {
            inner_first.push_back(dimension);
        }
    }
    Broadcast result;
    if (inner_first.size() > result.dst.size()) {
        return std::nullopt;
    }
    for (size_t i = 0; i < inner_first.size(); ++i) {
        const size_t place = result.dst.size() - 1 - i;
        result.dst[place] = inner_first[i].dst;
        result.src0[place] = inner_first[i].src0;
        result.src1[place] = inner_first[i].src1;
    }
    return result;
}

} // namespace nibble::operators
