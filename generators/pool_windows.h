// Where the windows of a pool lie in its source: parameters h w oh ow kh kw stride_h stride_w pad_top pad_left.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

#include "compiler/layer.h"

namespace nibble {

/// Windows along one dimension of the source.
struct PoolAxis {
    int source, windows, taps, stride, pad_before;

    Halide::Expr first(const Halide::Expr &window) const { return window * stride - pad_before; }
    /// Whether a window reaches beyond the source.
    bool padded() const { return pad_before > 0 || (windows - 1) * stride - pad_before + taps > source; }
    /// How many of a window's taps lie inside the source.
    Halide::Expr inside(const Halide::Expr &window) const {
        return min(first(window) + taps, source) - max(first(window), 0);
    }
};

struct PoolWindows {
    PoolAxis rows, columns;

    explicit PoolWindows(const Attributes &p) : rows(axis(p, "h", "pad_top")), columns(axis(p, "w", "pad_left")) {}

    int64_t pixels() const { return int64_t{rows.taps} * columns.taps; }
    bool padded() const { return rows.padded() || columns.padded(); }

private:
    static PoolAxis axis(const Attributes &p, const std::string &name, const char *pad_before) {
        const auto at = [&p](const std::string &key) { return static_cast<int>(p.at(key)); };
        return {at(name), at("o" + name), at("k" + name), at("stride_" + name), at(pad_before)};
    }
};

} // namespace nibble
