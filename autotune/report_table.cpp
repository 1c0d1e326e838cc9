// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "autotune/html.h"
#include "autotune/report_cells.h"

namespace nibble {
namespace {

/// The bar of the layer with the `largest` share fills its cell.
std::string share_cell(const ReportLayer &layer, double largest) {
    const double percent = layer.time_share * 100;
    return fmt::format(
        "<td class=\"number share\" data-value=\"{:.4f}\"><span class=\"bar {}\" style=\"width:{:.1f}%\"></span>"
        "<span>{:.1f} %</span></td>",
        percent, to_string(layer.binding), largest > 0 ? layer.time_share / largest * 100 : 0, percent);
}

/// The name, which leads to the kernel's listing where there is one.
std::string name_of(const ReportLayer &layer) {
    const std::string name = escape_html(layer.name);
    return layer.listing.empty() ? name : fmt::format("<a href=\"{}\">{}</a>", escape_html(layer.listing), name);
}

std::string headings(const ReportModel &model) {
    std::string html =
        heading("#", "number", "order of execution") + heading("layer", "text") + heading("operator", "text") +
        heading("shapes", "text", "source → destination") + heading("MACs", "number", "nominal: padding counted") +
        heading("bytes", "number", "source, destination and packed weights, each once") +
        heading("off chip", "number", "between memory and the caches, modelled") +
        heading("MAC/B", "number", "arithmetic intensity") + heading("bound µs", "number", "the least time") +
        heading("of all", "number", "share of the sum of the bounds") +
        heading("bound by", "text", "the resource that sets the bound");
    if (model.measured) {
        html += heading("measured µs", "number", "by the tile's record, at its machine's clock") +
                heading("of roof", "number", "bound / measured");
    }
    return html + heading("types", "text") + heading("lowering", "text") + heading("schedule", "text") +
           heading("tile", "text") +
           heading("requantise", "text", "form of the epilogue; every form gives the same integers") +
           heading("weights", "number", "packed, read-only") + heading("scratch", "number") +
           (model.vtcm_bytes > 0 ? heading("VTCM", "number", "what a call takes of it") +
                                       heading("copied", "number", "what a call copies into VTCM") +
                                       heading("staged", "text", "which operands, and where the next are fetched")
                                 : "") +
           heading("stack", "number");
}

std::string row(const ReportLayer &layer, const ReportModel &model, double largest) {
    std::string html = fmt::format("<tr id=\"layer-{}\" data-row=\"{}\">", layer.number, layer.number);
    html += number_cell(layer.number, std::to_string(layer.number));
    html += "<th scope=\"row\" class=\"text\">" + name_of(layer) + "</th>";
    html += text_cell(layer.op) + text_cell(layer.shapes);
    html += number_cell(static_cast<double>(layer.macs),
                        layer.macs > 0 ? count_text(static_cast<double>(layer.macs)) : "–");
    html += number_cell(static_cast<double>(layer.bytes), bytes_text(layer.bytes));
    html += number_cell(static_cast<double>(layer.off_chip_bytes), bytes_text(layer.off_chip_bytes));
    html += number_cell(layer.intensity, layer.macs > 0 ? figure_text(layer.intensity) : "–");
    html += number_cell(layer.bound_us, figure_text(layer.bound_us)) + share_cell(layer, largest);
    html += fmt::format("<td class=\"text\"><span class=\"mark {}\"></span>{}</td>", to_string(layer.binding),
                        escape_html(layer.binding_text));
    if (model.measured) {
        const double us = layer.measured_us.value_or(0);
        const double share = us > 0 ? layer.bound_us / us : 0;
        html += number_cell(us, us > 0 ? figure_text(us) : "–") +
                number_cell(share, us > 0 ? fmt::format("{:.2f}", share) : "–");
    }
    html += text_cell(layer.types) + text_cell(layer.lowering) + text_cell(layer.schedule) + text_cell(layer.tile) +
            text_cell(layer.requantize);
    html += number_cell(static_cast<double>(layer.weight_bytes), bytes_text(layer.weight_bytes));
    html += number_cell(static_cast<double>(layer.scratch_bytes), bytes_text(layer.scratch_bytes));
    if (model.vtcm_bytes > 0) {
        html += number_cell(static_cast<double>(layer.vtcm_bytes), bytes_text(layer.vtcm_bytes)) +
                number_cell(static_cast<double>(layer.vtcm_filled_bytes), bytes_text(layer.vtcm_filled_bytes)) +
                text_cell(layer.staging);
    }
    html += number_cell(static_cast<double>(layer.stack_bytes), bytes_text(layer.stack_bytes));
    return html + "</tr>\n";
}

std::string memory_row(const MemoryLevel &level, double clock_ghz, int64_t traffic) {
    return "<tr>" + text_cell(level.name + " read") +
           text_cell(fmt::format("{:g} B", level.bytes_per_cycle), "number") +
           text_cell(figure_text(level.bytes_per_cycle * clock_ghz) + " GB/s", "number") +
           text_cell(level.bytes > 0 ? bytes_text(level.bytes) : "–", "number") +
           text_cell(traffic > 0 ? bytes_text(traffic) : "–", "number") + "</tr>\n";
}

} // namespace

std::string layer_table(const ReportModel &model) {
    std::string html = "<table id=\"layers\"><thead><tr>" + headings(model) + "</tr></thead>\n<tbody>\n";
    double largest = 0;
    for (const ReportLayer &layer : model.layers) {
        largest = std::max(largest, layer.time_share);
    }
    for (const ReportLayer &layer : model.layers) {
        html += row(layer, model, largest);
    }
    return html + "</tbody></table>\n";
}

std::string machine_table(const ReportModel &model, const TargetFacts &target, const Roofs &roofs) {
    std::string html =
        "<table class=\"plain\"><thead><tr><th>roof</th><th class=\"number\">a cycle</th><th class=\"number\">at the "
        "clock</th><th class=\"number\">size</th><th class=\"number\">traffic</th></tr></thead>\n<tbody>\n";
    for (const auto &[types, gmacs] : roofs.gmacs_per_second) {
        html += "<tr>" + text_cell((target.unit.empty() ? "" : target.unit + " ") + types + " multiply-adds") +
                text_cell(fmt::format("{:g} MACs", target.macs_per_cycle.at(types)), "number") +
                text_cell(figure_text(gmacs) + " GMAC/s", "number") + "<td></td><td></td></tr>\n";
    }
    for (const MemoryLevel &level : target.memory) {
        int64_t traffic = 0;
        for (const ReportLayer &layer : model.layers) {
            traffic += layer.memory_level == level.name ? layer.bytes : 0;
        }
        html += memory_row(level, target.clock_ghz, traffic);
    }
    if (target.vtcm.bytes > 0) {
        int64_t copied = 0;
        for (const ReportLayer &layer : model.layers) {
            copied += layer.vtcm_filled_bytes;
        }
        html += memory_row(target.vtcm, target.clock_ghz, copied);
    }
    return html + "</tbody></table>\n";
}

} // namespace nibble
