// What the report's charts are drawn with: logarithmic axes, lines and words in SVG.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace nibble {

/// A logarithmic axis from value to pixel.
struct Axis {
    double least = 1, most = 10;
    double start = 0, end = 1;

    double at(double value) const;
    bool contains(double value) const { return value >= least * 0.999 && value <= most * 1.001; }
};

/// The largest 1, 2 or 5 times a power of ten that is not above `value`.
double round_down(double value);
/// The least of these that is not below.
double round_up(double value);

/// Lines and figures at each 1, 2 and 5 times a power of ten.
std::string svg_grid(const Axis &x, const Axis &y);
std::string svg_line(double x0, double y0, double x1, double y1, const char *css);
/// Words, escaped.
std::string svg_text(double x, double y, const char *css, const std::string &words);
/// Words that are read upwards, in the middle of y.
std::string svg_upright(double x, double y, const char *css, const std::string &words);

} // namespace nibble
