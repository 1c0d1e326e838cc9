// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_search.h"

#include <algorithm>

#include <fmt/format.h>

#include "autotune/html.h"
#include "autotune/report_cells.h"
#include "autotune/report_scatter.h"

namespace nibble {
namespace {

/// "nv=4 instead of nv=3, mr=2 instead of mr=8".
std::string differences(const ReportSearch &search) {
    std::string text;
    for (const auto &[name, value] : search.winner().tile) {
        const auto own = search.own().tile.find(name);
        if (own != search.own().tile.end() && own->second != value) {
            text += fmt::format("{0}{1}={2} instead of {1}={3}", text.empty() ? "" : ", ", name, value, own->second);
        }
    }
    return text;
}

/// Why the layer has the tile that it has, in a sentence.
std::string reason(const ReportSearch &search) {
    const size_t others = search.tried.size() - 1;
    if (search.winner().tile == search.own().tile) {
        return fmt::format("the schedule's own tile: none of {} {} is faster by a hundredth", others,
                           others == 1 ? "other" : "others");
    }
    const double share = search.winner().cost / search.own().cost;
    return fmt::format("{}: {:.3f} of the cost of the schedule's own, {} {} less", differences(search), share,
                       figure_text(search.own().cost - search.winner().cost), search.unit);
}

std::string tile_text(const std::map<std::string, std::string> &tile) {
    std::string text;
    for (const auto &[name, value] : tile) {
        text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
    }
    return text;
}

/// A candidate beside the winner, and its share of the bound where costs are times.
std::string row(const ReportTile &tile, const ReportSearch &search, double bound_us) {
    std::string name = escape_html(tile_text(tile.tile));
    if (tile.tile == search.own().tile) {
        name += " (the schedule's own)";
    }
    std::string html = fmt::format("<tr{}><th scope=\"row\" class=\"text\">{}</th>",
                                   tile.tile == search.winner().tile ? " class=\"on\"" : "", name);
    html += text_cell(figure_text(tile.cost), "number") +
            text_cell(fmt::format("{:.3f}", tile.cost / search.winner().cost), "number");
    if (search.unit == "ns") {
        html += text_cell(fmt::format("{:.2f}", bound_us * 1e3 / tile.cost), "number");
    }
    if (search.predicted()) {
        html += text_cell(tile.predicted > 0 ? figure_text(tile.predicted) : "–", "number");
    }
    return html + "</tr>\n";
}

std::string candidates(const ReportLayer &layer) {
    const ReportSearch &search = layer.search;
    std::string html =
        fmt::format("<details><summary><a href=\"#layer-{}\">{}</a> <span class=\"soft\">{}</span></summary>\n<table "
                    "class=\"plain\"><thead><tr><th class=\"text\">tile</th><th class=\"number\">{}</th><th "
                    "class=\"number\">by the "
                    "winner's</th>{}{}</tr></thead>\n<tbody>\n",
                    layer.number, escape_html(layer.name), escape_html(reason(search)), escape_html(search.unit),
                    search.unit == "ns" ? "<th class=\"number\">of roof</th>" : "",
                    search.predicted() ? "<th class=\"number\">predicted</th>" : "");
    std::vector<ReportTile> sorted = search.tried;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const ReportTile &a, const ReportTile &b) { return a.cost < b.cost; });
    for (const ReportTile &tile : sorted) {
        html += row(tile, search, layer.bound_us);
    }
    return html + "</tbody></table></details>\n";
}

} // namespace

std::string search_section(const ReportModel &model) {
    std::string lists;
    for (const ReportLayer &layer : model.layers) {
        lists += layer.search.tried.empty() ? "" : candidates(layer);
    }
    return lists.empty() ? ""
                         : "<section class=\"tried\"><h2>Tiles that were tried</h2>\n<p class=\"soft\">What searches "
                           "measured, by the records of the tiles; costs of different runs by their ratios to the "
                           "schedule's own tile.</p>\n" +
                               scatter_chart(model) + lists + "</section>\n";
}

} // namespace nibble
