// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_scatter.h"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "autotune/html.h"
#include "autotune/rank_correlation.h"
#include "autotune/report_axis.h"

namespace nibble {
namespace {

constexpr double width = 960, height = 540;
constexpr double left = 68, right = 24, top = 28, bottom = 58;
constexpr size_t least_points = 3; ///< of a layer, whose order would otherwise be luck

struct Point {
    const ReportLayer *layer;
    const ReportTile *tile;
};

std::vector<Point> predicted_points(const ReportModel &model) {
    std::vector<Point> points;
    for (const ReportLayer &layer : model.layers) {
        for (const ReportTile &tile : layer.search.tried) {
            if (tile.predicted > 0 && tile.cost > 0) {
                points.push_back({&layer, &tile});
            }
        }
    }
    return points;
}

/// Operator -> hue, as far apart as they can be.
std::map<std::string, double> hues_of(const std::vector<Point> &points) {
    std::map<std::string, double> hues;
    for (const Point &point : points) {
        hues[point.layer->op] = 0;
    }
    size_t number = 0;
    for (auto &[op, hue] : hues) {
        hue = 360.0 * static_cast<double>(number++) / static_cast<double>(hues.size());
    }
    return hues;
}

/// Both axes have the same values, so that the diagonal is where a prediction is right.
Axis axis_of(const std::vector<Point> &points, double start, double end) {
    double least = points.front().tile->cost, most = least;
    for (const Point &point : points) {
        least = std::min({least, point.tile->cost, point.tile->predicted});
        most = std::max({most, point.tile->cost, point.tile->predicted});
    }
    return {round_down(least / 1.1), round_up(most * 1.1), start, end};
}

std::vector<double> correlations(const ReportModel &model) {
    std::vector<double> found;
    for (const ReportLayer &layer : model.layers) {
        std::vector<double> predicted, measured;
        for (const ReportTile &tile : layer.search.tried) {
            if (tile.predicted > 0) {
                predicted.push_back(tile.predicted);
                measured.push_back(tile.cost);
            }
        }
        if (predicted.size() >= least_points) {
            found.push_back(rank_correlation(predicted, measured));
        }
    }
    return found;
}

std::string correlation_text(const ReportModel &model) {
    std::vector<double> found = correlations(model);
    if (found.empty()) {
        return "";
    }
    std::sort(found.begin(), found.end());
    const double median = (found[(found.size() - 1) / 2] + found[found.size() / 2]) / 2;
    return fmt::format(
        "<p>Rank correlation (Spearman) of prediction and measurement within a layer: median {:.2f} of {} "
        "{}.</p>\n",
        median, found.size(), found.size() == 1 ? "layer" : "layers");
}

std::string legend(const std::map<std::string, double> &hues) {
    std::string html = "<div class=\"legend soft\">";
    for (const auto &[op, hue] : hues) {
        html += fmt::format("<span><svg class=\"dot\" viewBox=\"0 0 10 10\"><circle cx=\"5\" cy=\"5\" r=\"5\" "
                            "style=\"--hue:{:.0f}\"/></svg>{}</span>",
                            hue, escape_html(op));
    }
    return html + "</div>\n";
}

} // namespace

std::string scatter_chart(const ReportModel &model) {
    const std::vector<Point> points = predicted_points(model);
    if (points.empty()) {
        return "";
    }
    const std::map<std::string, double> hues = hues_of(points);
    const Axis x = axis_of(points, left, width - right), y = axis_of(points, height - bottom, top);
    const std::string &unit = points.front().layer->search.unit;
    std::string svg =
        fmt::format("<svg class=\"scatter\" viewBox=\"0 0 {:g} {:g}\" role=\"img\" aria-label=\"Predicted "
                    "over measured costs of tiles\">\n",
                    width, height);
    svg += svg_grid(x, y) + svg_line(x.start, y.start, x.end, y.end, "roof other");
    svg += svg_text((left + width - right) / 2, height - 14, "axis", "measured " + unit);
    svg += svg_upright(16, (top + height - bottom) / 2, "axis", "predicted " + unit);
    for (const Point &point : points) {
        svg += fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\" style=\"--hue:{:.0f}\"><title>{}: {} measured, "
            "{} predicted</title></circle>\n",
            x.at(point.tile->cost), y.at(point.tile->predicted), hues.at(point.layer->op),
            escape_html(point.layer->name), figure_text(point.tile->cost), figure_text(point.tile->predicted));
    }
    return "<div class=\"wide\">" + svg + "</svg></div>\n" + legend(hues) + correlation_text(model);
}

} // namespace nibble
