// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/movers.h"

#include <string>

namespace nibble::operators {

const Types &movable_types() {
    static const Types types = {DType::s8, DType::u8, DType::s16, DType::u16, DType::s32, DType::f32};
    return types;
}

MovedTensors moved_tensors(LegaliseContext &context) {
    const Tensor *src = context.activation(0, movable_types(), -1);
    const Tensor *dst = src == nullptr ? nullptr : context.result(0, src->dtype, -1);
    if (dst != nullptr) {
        context.expect_same_quantization(*src, *dst);
    }
    return {src, dst};
}

std::string dimension_name(char letter, size_t dimension) { return letter + std::to_string(dimension); }

std::vector<BoxDimension> merged_box(const std::vector<BoxDimension> &box) {
    std::vector<BoxDimension> merged;
    for (const BoxDimension &d : box) {
        if (!merged.empty() && d.part == d.whole) {
            merged.back() = {merged.back().whole * d.whole, merged.back().part * d.whole,
                             merged.back().begin * d.whole};
        } else if (!merged.empty() && merged.back().whole == 1) {
            merged.back() = d;
        } else {
            merged.push_back(d);
        }
    }
    if (merged.size() > box_rank) {
        return {};
    }
    merged.insert(merged.begin(), box_rank - merged.size(), BoxDimension{});
    return merged;
}

Attributes strided_copy(int64_t bits, const std::vector<StridedDimension> &dimensions) {
    std::vector<StridedDimension> merged;
    for (const StridedDimension &d : dimensions) {
        if (d.extent == 1) {
            continue;
        }
        if (!merged.empty() && merged.back().stride == d.extent * d.stride) {
            merged.back() = {merged.back().extent * d.extent, d.stride};
        } else {
            merged.push_back(d);
        }
    }
    merged.insert(merged.begin(), strided_rank - merged.size(), StridedDimension{});
    Attributes parameters = {{"bits", bits}};
    for (size_t d = 0; d < strided_rank; ++d) {
        parameters[dimension_name('e', d)] = merged[d].extent;
        parameters[dimension_name('s', d)] = merged[d].stride;
    }
    return parameters;
}

} // namespace nibble::operators
