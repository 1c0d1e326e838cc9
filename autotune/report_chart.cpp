// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "autotune/html.h"
#include "autotune/report_axis.h"

namespace nibble {
namespace {

constexpr double width = 960, height = 540;
constexpr double left = 68, right = 24, top = 28, bottom = 58;
constexpr double character = 6.3; ///< width of a label's character
constexpr size_t most_labels = 10;
constexpr double peak_label_rise = 18; ///< clear of the points that lie on the roof

struct Chart {
    Axis x, y;
    double peak = 0; ///< GMAC/s of the highest compute roof
};

struct Box {
    double x0, y0, x1, y1;
    bool overlaps(const Box &other) const { return x0 < other.x1 && other.x0 < x1 && y0 < other.y1 && other.y0 < y1; }
};

/// Axes that hold every point and the corner of the fastest memory's roof.
Chart frame(const ReportModel &model, const Roofs &roofs) {
    Chart chart;
    chart.peak = roofs.peak_gmacs();
    double least_x = std::numeric_limits<double>::max(), most_x = 0, least_y = chart.peak;
    for (const ReportLayer &layer : model.layers) {
        if (layer.macs > 0) {
            least_x = std::min(least_x, layer.intensity);
            most_x = std::max(most_x, layer.intensity);
            least_y = std::min(least_y, layer.bound_gmacs());
            least_y = layer.measured_us ? std::min(least_y, layer.measured_gmacs()) : least_y;
        }
    }
    for (const MemoryRoof &level : roofs.memory) {
        const double ridge = chart.peak / level.gbytes_per_second;
        least_x = std::min(least_x, ridge / 2);
        most_x = std::max(most_x, ridge * 1.5);
    }
    chart.x = {round_down(least_x / 1.3), round_up(most_x * 1.3), left, width - right};
    chart.y = {round_down(least_y / 1.6), round_up(chart.peak * 1.25), height - bottom, top};
    return chart;
}

std::string grid(const Chart &chart) {
    std::string svg = svg_grid(chart.x, chart.y);
    svg += svg_text((left + width - right) / 2, height - 14, "axis",
                    "arithmetic intensity: MACs per byte of compulsory traffic");
    svg += svg_upright(16, (top + height - bottom) / 2, "axis", "GMAC/s");
    return svg;
}

/// Horizontal roofs: the fastest operand types in full, the others dashed.
std::string compute_roofs(const Chart &chart, const Roofs &roofs) {
    std::string svg;
    const double fastest_memory = roofs.memory.empty() ? 0 : roofs.memory.front().gbytes_per_second;
    for (const auto &[types, gmacs] : roofs.gmacs_per_second) {
        if (!chart.y.contains(gmacs)) {
            continue;
        }
        const double ridge = fastest_memory > 0 ? gmacs / fastest_memory : chart.x.least;
        const double y = chart.y.at(gmacs);
        svg += svg_line(chart.x.at(std::max(ridge, chart.x.least)), y, width - right, y,
                        gmacs == chart.peak ? "roof" : "roof other");
        svg += svg_text(width - right - 6, gmacs == chart.peak ? y - peak_label_rise : y - 7, "roof-label end",
                        fmt::format("{} MACs {} GMAC/s", types, figure_text(gmacs)));
    }
    return svg;
}

/// Slanted roofs, each from where it enters the frame to the compute roof.
std::string memory_roofs(const Chart &chart, const Roofs &roofs) {
    std::string svg;
    for (const MemoryRoof &level : roofs.memory) {
        const double bandwidth = level.gbytes_per_second;
        const double start = std::max(chart.x.least, chart.y.least / bandwidth);
        const double ridge = chart.peak / bandwidth;
        if (start >= ridge) {
            continue;
        }
        const double x0 = chart.x.at(start), y0 = chart.y.at(start * bandwidth);
        const double x1 = chart.x.at(ridge), y1 = chart.y.at(chart.peak);
        svg += svg_line(x0, y0, x1, y1, "roof memory");
        const double degrees = std::atan2(y1 - y0, x1 - x0) * 180 / std::acos(-1.0);
        svg += fmt::format("<text class=\"roof-label\" transform=\"translate({:.1f} {:.1f}) rotate({:.1f})\" dx=\"10\" "
                           "dy=\"-6\">{}</text>\n",
                           x0, y0, degrees, escape_html(level.name + " " + figure_text(bandwidth) + " GB/s"));
    }
    return svg;
}

double radius(const ReportLayer &layer) { return 4.5 + 11 * std::sqrt(layer.time_share); }

/// A circle for compute, a square for requantisation, a triangle for memory: told apart without colour.
std::string shape(Binding binding, double x, double y, double r, const char *css) {
    switch (binding) {
    case Binding::compute:
        break;
    case Binding::requantize:
        return fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", css,
                           x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
    case Binding::memory:
        return fmt::format("<polygon class=\"{}\" points=\"{:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f}\"/>", css, x,
                           y - 1.2 * r, x - 1.1 * r, y + 0.8 * r, x + 1.1 * r, y + 0.8 * r);
    }
    return fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"/>", css, x, y, r);
}

std::string point(const Chart &chart, const ReportLayer &layer) {
    const double x = chart.x.at(layer.intensity), y = chart.y.at(layer.bound_gmacs()), r = radius(layer);
    std::string svg =
        fmt::format("<g class=\"point {}\" tabindex=\"0\" data-row=\"{}\">", to_string(layer.binding), layer.number);
    svg += fmt::format("<title>{}: {} MACs/byte, {} GMAC/s, {}</title>", escape_html(layer.name),
                       figure_text(layer.intensity), figure_text(layer.bound_gmacs()), escape_html(layer.binding_text));
    if (layer.measured_us) {
        const double measured_y = chart.y.at(layer.measured_gmacs());
        svg += svg_line(x, y, x, measured_y, "gap") + shape(layer.binding, x, measured_y, r, "measured");
    }
    return svg + shape(layer.binding, x, y, r, "bound") + "</g>\n";
}

/// Names beside the points with the largest share of time, as far as there is room.
std::string labels(const Chart &chart, const std::vector<const ReportLayer *> &layers) {
    const double peak_y = chart.y.at(chart.peak) - peak_label_rise;
    std::vector<Box> taken = {{width - right - 26 * character, peak_y - 12, width - right, peak_y + 6}};
    for (const ReportLayer *layer : layers) {
        const double x = chart.x.at(layer->intensity), y = chart.y.at(layer->bound_gmacs()), r = radius(*layer);
        taken.push_back({x - r, y - r, x + r, y + r});
    }
    std::string svg;
    for (size_t i = 0; i < std::min(layers.size(), most_labels); ++i) {
        const ReportLayer &layer = *layers[i];
        const double x = chart.x.at(layer.intensity), y = chart.y.at(layer.bound_gmacs()), r = radius(layer);
        const double wide = character * static_cast<double>(layer.name.size());
        const Box candidates[] = {{x + r + 4, y - 7, x + r + 4 + wide, y + 7},
                                  {x - r - 4 - wide, y - 7, x - r - 4, y + 7},
                                  {x - wide / 2, y + r + 3, x + wide / 2, y + r + 17},
                                  {x - wide / 2, y - r - 17, x + wide / 2, y - r - 3},
                                  {x - wide / 2, y + r + 18, x + wide / 2, y + r + 32}};
        for (const Box &box : candidates) {
            const bool inside = box.x0 > left && box.x1 < width - right && box.y0 > top && box.y1 < height - bottom;
            const bool free =
                std::none_of(taken.begin(), taken.end(), [&](const Box &other) { return box.overlaps(other); });
            if (inside && free) {
                taken.push_back(box);
                svg += svg_text(box.x0, box.y0 + 11, "point-label", layer.name);
                break;
            }
        }
    }
    return svg;
}

} // namespace

std::string roofline_chart(const ReportModel &model, const Roofs &roofs) {
    std::vector<const ReportLayer *> layers;
    for (const ReportLayer &layer : model.layers) {
        if (layer.macs > 0 && layer.bound_us > 0) {
            layers.push_back(&layer);
        }
    }
    if (layers.empty()) {
        return "";
    }
    // Large points first, so that small ones lie on top and can be reached.
    std::stable_sort(layers.begin(), layers.end(),
                     [](const ReportLayer *a, const ReportLayer *b) { return a->bound_us > b->bound_us; });
    const Chart chart = frame(model, roofs);
    std::string svg =
        fmt::format("<svg class=\"roofline\" viewBox=\"0 0 {:g} {:g}\" role=\"img\" aria-label=\"Roofline of {} on "
                    "{}: GMAC/s over MACs per byte\">\n",
                    width, height, escape_html(model.name), escape_html(model.target));
    svg += grid(chart) + memory_roofs(chart, roofs) + compute_roofs(chart, roofs);
    for (const ReportLayer *layer : layers) {
        svg += point(chart, *layer);
    }
    return svg + labels(chart, layers) + "</svg>\n";
}

} // namespace nibble
