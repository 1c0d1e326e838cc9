// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_compare.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "autotune/html.h"
#include "autotune/report_cells.h"
#include "autotune/report_page.h"

namespace nibble {
namespace {

/// A measured cost and where it was found.
struct Cost {
    double value = 0;
    std::string unit; ///< empty: not measured
    bool in_other = false;
};

/// The same kernel but for its tile.
bool same_kernel(const ReportLayer &a, const ReportLayer &b) {
    const auto key = [](const ReportLayer &layer) {
        return std::tie(layer.op, layer.shapes, layer.types, layer.lowering, layer.schedule);
    };
    return key(a) == key(b);
}

/// By the layer's record; else by the other run's search, where that has tried its tile.
Cost cost_of(const ReportLayer &layer, const ReportLayer &other, bool same_target) {
    if (layer.measured_cost) {
        return {*layer.measured_cost, layer.cost_unit, false};
    }
    for (const ReportTile &tried : other.search.tried) {
        if (same_target && same_kernel(layer, other) && tried.tile == layer.tile_parameters) {
            return {tried.cost, other.search.unit, true};
        }
    }
    return {};
}

/// A layer in both runs.
struct Pair {
    const ReportLayer *a, *b;
    Cost cost_a, cost_b;

    /// Both were measured, in the same unit.
    bool measured() const { return !cost_a.unit.empty() && cost_a.unit == cost_b.unit; }
    /// What B saves: of the measured cost, else of the bound.
    double gain() const { return measured() ? cost_a.value - cost_b.value : a->bound_us - b->bound_us; }
};

/// Those that were measured first, most gain first.
std::vector<Pair> pairs_of(const ReportModel &a, const ReportModel &b) {
    std::vector<Pair> pairs;
    for (const auto &[in_a, in_b] : common_layers(a, b)) {
        const ReportLayer &left = a.layers[in_a], &right = b.layers[in_b];
        const bool same_target = a.target == b.target;
        pairs.push_back({&left, &right, cost_of(left, right, same_target), cost_of(right, left, same_target)});
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair &left, const Pair &right) {
        return left.measured() != right.measured() ? left.measured() : left.gain() > right.gain();
    });
    return pairs;
}

/// Costs of several layers in A and in B.
struct Sum {
    double a = 0, b = 0;
    size_t layers = 0;

    void add(double in_a, double in_b) {
        a += in_a;
        b += in_b;
        ++layers;
    }
    std::string ratio() const { return a > 0 ? fmt::format("{:.3f}", b / a) : "–"; }
};

std::string tile_cell(const ReportLayer &layer) {
    const std::string tile = layer.tile.empty() ? "–" : layer.tile;
    return text_cell(layer.tile_origin == "default" ? tile + " (default)" : tile);
}

std::string measured_cell(const Cost &cost, const char *other) {
    const std::string origin = cost.in_other ? fmt::format(" ({}'s search)", other) : "";
    return number_cell(cost.value, cost.unit.empty() ? "–" : figure_text(cost.value) + " " + cost.unit + origin);
}

std::string ratio_cell(const Sum &sum) { return number_cell(sum.a > 0 ? sum.b / sum.a : 0, sum.ratio()); }

std::string row(const Pair &pair, size_t number) {
    Sum bound, measured;
    bound.add(pair.a->bound_us, pair.b->bound_us);
    if (pair.measured()) {
        measured.add(pair.cost_a.value, pair.cost_b.value);
    }
    return fmt::format("<tr id=\"layer-{0}\" data-row=\"{0}\">", number) +
           number_cell(static_cast<double>(number), std::to_string(number)) + "<th scope=\"row\" class=\"text\">" +
           escape_html(pair.a->name) + "</th>" + text_cell(pair.a->op) + measured_cell(pair.cost_a, "B") +
           measured_cell(pair.cost_b, "A") + ratio_cell(measured) + number_cell(bound.a, figure_text(bound.a)) +
           number_cell(bound.b, figure_text(bound.b)) + ratio_cell(bound) + tile_cell(*pair.a) + tile_cell(*pair.b) +
           "</tr>\n";
}

std::string table(const std::vector<Pair> &pairs) {
    std::string html =
        "<table id=\"layers\"><thead><tr>" + heading("#", "number", "most gain first") + heading("layer", "text") +
        heading("operator", "text") + heading("measured A", "number", "by the record of A's tile, or B's search") +
        heading("measured B", "number", "by the record of B's tile, or A's search") +
        heading("B / A", "number", "measured; below 1 B is faster") +
        heading("bound A µs", "number", "the least time on A's target") +
        heading("bound B µs", "number", "the least time on B's target") + heading("bound B / A", "number") +
        heading("tile A", "text") + heading("tile B", "text") + "</tr></thead>\n<tbody>\n";
    for (size_t i = 0; i < pairs.size(); ++i) {
        html += row(pairs[i], i + 1);
    }
    return html + "</tbody></table>\n";
}

std::string both(double a, double b) { return figure_text(a) + " → " + figure_text(b); }

std::string totals(const std::vector<Pair> &pairs) {
    Sum bound;
    std::map<std::string, Sum> measured; // by unit
    size_t tiles = 0;
    for (const Pair &pair : pairs) {
        bound.add(pair.a->bound_us, pair.b->bound_us);
        tiles += pair.a->tile_parameters != pair.b->tile_parameters ? 1 : 0;
        if (pair.measured()) {
            measured[pair.cost_a.unit].add(pair.cost_a.value, pair.cost_b.value);
        }
    }
    std::string html = "<div class=\"facts\">\n" +
                       fact(std::to_string(pairs.size()), pairs.size() == 1 ? "layer of both" : "layers of both") +
                       fact(std::to_string(tiles), "of them with another tile");
    for (const auto &[unit, sum] : measured) {
        html += fact(sum.ratio(), fmt::format("measured B / A of {} {}: {} {}", sum.layers,
                                              sum.layers == 1 ? "layer" : "layers", both(sum.a, sum.b), unit));
    }
    return html + fact(bound.ratio(), "bound B / A: " + both(bound.a, bound.b) + " µs") + "</div>\n";
}

/// The layers of `all` but for those at `common`.
std::string only_in(const char *which, const ReportModel &all, const std::set<size_t> &common) {
    std::string items;
    for (size_t i = 0; i < all.layers.size(); ++i) {
        if (common.count(i) == 0) {
            items += "<li>" + escape_html(all.layers[i].name) + "</li>";
        }
    }
    return items.empty() ? "" : fmt::format("<section><h2>Only in {}</h2><ul>{}</ul></section>\n", which, items);
}

std::string run_of(const ReportModel &model) {
    return fmt::format("{} on {}, by Nibble {}", model.name, model.target, model.version);
}

} // namespace

std::vector<std::pair<size_t, size_t>> common_layers(const ReportModel &a, const ReportModel &b) {
    std::map<std::string, std::vector<size_t>> by_name; // a list may have a name more than once
    for (size_t i = b.layers.size(); i-- > 0;) {
        by_name[b.layers[i].name].push_back(i);
    }
    std::vector<std::pair<size_t, size_t>> common;
    for (size_t i = 0; i < a.layers.size(); ++i) {
        if (auto found = by_name.find(a.layers[i].name); found != by_name.end() && !found->second.empty()) {
            common.emplace_back(i, found->second.back());
            found->second.pop_back();
        }
    }
    return common;
}

void write_comparison(const ReportModel &a, const ReportModel &b, std::ostream &out) {
    std::set<size_t> in_a, in_b;
    for (const auto &[i, j] : common_layers(a, b)) {
        in_a.insert(i);
        in_b.insert(j);
    }
    const std::vector<Pair> pairs = pairs_of(a, b);
    begin_page(a.name + " and " + b.name + ": two runs", out);
    out << "<header><h1>A and B</h1><p>A: " << escape_html(run_of(a)) << "<br>B: " << escape_html(run_of(b)) << "</p>"
        << theme_button << "</header>\n"
        << totals(pairs) << "<section><h2>Layers</h2>\n<p class=\"soft\">Sorted by what B saves; layers that were not "
        << "measured in both, in one unit, by their bounds after the others.</p>\n"
        << "<input id=\"filter\" type=\"search\" placeholder=\"filter layers\" aria-label=\"filter layers\">\n"
        << "<div class=\"wide\">" << table(pairs) << "</div></section>\n"
        << only_in("A", a, in_a) << only_in("B", b, in_b);
    end_page_with_table(out);
}

} // namespace nibble
