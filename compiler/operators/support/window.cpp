// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/window.h"

#include <algorithm>

#include <fmt/format.h>

namespace nibble::operators {
namespace {

/// One dimension of an NHWC window, and the names it has in a layer. In a model, [height, width] attributes have it at
/// `position`, and explicit padding [top, left, bottom, right] has it at `position` and `position` + 2.
struct Axis {
    const char *source, *extent, *taps, *stride, *dilation, *pad_before;
    size_t position;
};

constexpr Axis vertical = {"h", "oh", "kh", "stride_h", "dilation_h", "pad_top", 0};
constexpr Axis horizontal = {"w", "ow", "kw", "stride_w", "dilation_w", "pad_left", 1};

WindowAxis windows_along(const LegaliseContext &context, const Axis &axis, int64_t source, int64_t taps, int64_t stride,
                         int64_t dilation) {
    const nlohmann::json &padding = context.attribute("padding");
    if (padding == "same") {
        return same_windows(source, taps, stride, dilation);
    }
    if (padding == "valid") {
        return explicit_windows(source, taps, stride, dilation, 0, 0);
    }
    return explicit_windows(source, taps, stride, dilation, padding.at(axis.position), padding.at(axis.position + 2));
}

void legalise_axis(LegaliseContext &context, const Axis &axis, const Tensor &src, const Tensor &dst, int64_t taps,
                   bool dilated, Attributes &attributes) {
    const size_t dimension = axis.position + 1;
    const int64_t source = src.shape[dimension];
    const int64_t stride = context.attribute("stride").at(axis.position);
    // A window of one tap has no gaps: equal work gets equal attributes.
    const int64_t dilation = dilated && taps > 1 ? context.attribute("dilation").at(axis.position).get<int64_t>() : 1;
    const WindowAxis windows = windows_along(context, axis, source, taps, stride, dilation);
    if (windows.extent != dst.shape[dimension]) {
        context.report(dst, fmt::format("shape: dimension {} ({})", dimension, axis.extent),
                       std::to_string(dst.shape[dimension]),
                       windows.extent > 0 ? std::to_string(windows.extent) : "a window that fits the source");
    }
    attributes[axis.source] = source;
    attributes[axis.extent] = windows.extent;
    attributes[axis.taps] = taps;
    attributes[axis.stride] = stride;
    attributes[axis.pad_before] = windows.pad_before;
    if (dilated) {
        attributes[axis.dilation] = dilation;
    }
}

} // namespace

int64_t window_span(int64_t taps, int64_t dilation) { return (taps - 1) * dilation + 1; }

WindowAxis same_windows(int64_t source, int64_t taps, int64_t stride, int64_t dilation) {
    const int64_t extent = (source + stride - 1) / stride;
    const int64_t missing = (extent - 1) * stride + window_span(taps, dilation) - source;
    return {extent, std::max<int64_t>(missing, 0) / 2};
}

WindowAxis explicit_windows(int64_t source, int64_t taps, int64_t stride, int64_t dilation, int64_t pad_before,
                            int64_t pad_after) {
    const int64_t room = source + pad_before + pad_after - window_span(taps, dilation);
    return {room < 0 ? 0 : room / stride + 1, pad_before};
}

void legalise_windows(LegaliseContext &context, const Tensor &src, const Tensor &dst, int64_t kh, int64_t kw,
                      bool dilated, Attributes &attributes) {
    legalise_axis(context, vertical, src, dst, kh, dilated, attributes);
    legalise_axis(context, horizontal, src, dst, kw, dilated, attributes);
}

} // namespace nibble::operators
