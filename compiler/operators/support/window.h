// Where the windows of a convolution or a pool lie.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "compiler/operators/support/legalise_context.h"

namespace nibble::operators {

/// Windows along one dimension: output o starts at source o * stride - pad_before.
struct WindowAxis {
    int64_t extent = 1; ///< outputs
    int64_t pad_before = 0;
};

/// Source elements that a window spans, gaps counted.
int64_t window_span(int64_t taps, int64_t dilation);
/// "same": as many outputs as strides begin in the source, the padding split with the odd element after (TFLite's
/// rule).
WindowAxis same_windows(int64_t source, int64_t taps, int64_t stride, int64_t dilation);
/// Windows within the source and `pad_before` and `pad_after` elements round it; extent <= 0 where none fits.
WindowAxis explicit_windows(int64_t source, int64_t taps, int64_t stride, int64_t dilation, int64_t pad_before,
                            int64_t pad_after);

/// Fills h w oh ow kh kw stride_h stride_w pad_top pad_left of a layer from the operator's attributes `stride`,
/// `padding` and, where `dilated`, dilation_h and dilation_w from `dilation`; reports an output whose height or width
/// is not that of the windows. src and dst are NHWC.
void legalise_windows(LegaliseContext &, const Tensor &src, const Tensor &dst, int64_t kh, int64_t kw, bool dilated,
                      Attributes &attributes);

/// Attributes of a convolution's layer as fields of the same names: `p` is its reference's parameters.
template <typename Parameters>
void set_convolution(const Layer &layer, Parameters &p) {
    p.n = layer.at("n");
    p.h = layer.at("h");
    p.w = layer.at("w");
    p.ci = layer.at("ci");
    p.oh = layer.at("oh");
    p.ow = layer.at("ow");
    p.co = layer.at("co");
    p.kh = layer.at("kh");
    p.kw = layer.at("kw");
    p.stride_h = layer.at("stride_h");
    p.stride_w = layer.at("stride_w");
    p.pad_top = layer.at("pad_top");
    p.pad_left = layer.at("pad_left");
}

/// The same of convolutions whose windows may have gaps.
template <typename Parameters>
void set_dilated_convolution(const Layer &layer, Parameters &p) {
    set_convolution(layer, p);
    p.dilation_h = layer.at("dilation_h");
    p.dilation_w = layer.at("dilation_w");
}

} // namespace nibble::operators
