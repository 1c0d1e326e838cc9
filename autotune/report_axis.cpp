// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_axis.h"

#include <cmath>

#include <fmt/format.h>

#include "autotune/html.h"

namespace nibble {
namespace {

/// Calls `draw` with each 1, 2 and 5 times a power of ten on the axis, and whether it is the power itself.
template <typename Draw>
void for_ticks(const Axis &axis, Draw &&draw) {
    for (int decade = -6; decade <= 12; ++decade) {
        for (const int digit : {1, 2, 5}) {
            const double value = digit * std::pow(10, decade);
            if (axis.contains(value)) {
                draw(value, digit == 1 ? "grid major" : "grid");
            }
        }
    }
}

} // namespace

double Axis::at(double value) const {
    const double share = std::log10(value / least) / std::log10(most / least);
    return start + (end - start) * share;
}

double round_down(double value) {
    const double decade = std::pow(10, std::floor(std::log10(value)));
    const double digit = value / decade;
    return decade * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

double round_up(double value) {
    const double lower = round_down(value);
    const double digit = lower / std::pow(10, std::floor(std::log10(lower) + 1e-9));
    return value <= lower * 1.0001 ? lower : lower * (digit > 1.5 && digit < 3 ? 2.5 : 2);
}

std::string svg_grid(const Axis &x, const Axis &y) {
    std::string svg;
    for_ticks(x, [&](double value, const char *css) {
        svg += svg_line(x.at(value), y.end, x.at(value), y.start, css);
        svg += svg_text(x.at(value), y.start + 18, "tick x", fmt::format("{:g}", value));
    });
    for_ticks(y, [&](double value, const char *css) {
        svg += svg_line(x.start, y.at(value), x.end, y.at(value), css);
        svg += svg_text(x.start - 8, y.at(value) + 4, "tick y", fmt::format("{:g}", value));
    });
    return svg;
}

std::string svg_line(double x0, double y0, double x1, double y1, const char *css) {
    return fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", css, x0, y0,
                       x1, y1);
}

std::string svg_text(double x, double y, const char *css, const std::string &words) {
    return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", css, x, y, escape_html(words));
}

std::string svg_upright(double x, double y, const char *css, const std::string &words) {
    return fmt::format("<text class=\"{}\" transform=\"translate({:g} {:.1f}) rotate(-90)\">{}</text>\n", css, x, y,
                       escape_html(words));
}

} // namespace nibble
