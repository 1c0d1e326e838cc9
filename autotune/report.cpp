// SPDX-License-Identifier: Apache-2.0
#include "autotune/report.h"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "autotune/html.h"
#include "autotune/report_attention.h"
#include "autotune/report_cells.h"
#include "autotune/report_chart.h"
#include "autotune/report_memory.h"
#include "autotune/report_model.h"
#include "autotune/report_page.h"
#include "autotune/report_search.h"
#include "autotune/report_table.h"
#include "autotune/roofline.h"

namespace nibble {
namespace {

std::string facts(const ReportModel &model) {
    std::string html = "<div class=\"facts\">\n";
    html += fact(std::to_string(model.layers.size()), model.layers.size() == 1 ? "kernel" : "kernels");
    html += fact(count_text(static_cast<double>(model.macs)), "multiply-adds");
    html += fact(figure_text(model.bound_us) + " µs", "least time, one thread");
    html += fact(bytes_text(model.weight_bytes), "packed weights");
    html += fact(bytes_text(model.scratch_bytes), "scratch");
    if (model.vtcm_bytes > 0) {
        html += fact(bytes_text(model.vtcm_bytes), "VTCM");
        html += fact(bytes_text(model.saved_bytes), "saved by it off the chip");
    }
    html += fact(bytes_text(model.off_chip_bytes), "off the chip, modelled");
    html += fact(bytes_text(model.stack_bytes), "stack");
    return html + "</div>\n";
}

std::string legend(const ReportModel &model) {
    std::string html = "<div class=\"legend soft\">";
    for (const Binding binding : {Binding::compute, Binding::requantize, Binding::memory}) {
        int count = 0;
        double share = 0;
        for (const ReportLayer &layer : model.layers) {
            if (layer.binding == binding) {
                ++count;
                share += layer.time_share;
            }
        }
        html +=
            fmt::format("<span><span class=\"mark {}\"></span>bound by {}: {} {}, {:.0f} % of the time</span>",
                        to_string(binding), to_string(binding), count, count == 1 ? "layer" : "layers", share * 100);
    }
    return html + "</div>\n";
}

std::string chart_section(const ReportModel &model, const TargetFacts &target, const Roofs &roofs) {
    const std::string chart = roofline_chart(model, roofs);
    std::string html = "<section class=\"figure\"><h2>Roofline</h2>\n";
    html += fmt::format(
        "<p class=\"soft\">Nominal roofs of {} at {:g} GHz. A point is a layer at its bound, its size the "
        "layer's share "
        "of the time; {}.</p>\n",
        escape_html(target.name), target.clock_ghz,
        model.measured ? "an open point is the layer as its tile's record measured it, at that machine's clock"
                       : "nothing was measured for this report");
    html += chart.empty() ? "<p>No layer multiplies.</p>\n" : "<div class=\"wide\">" + chart + "</div>\n";
    return html + legend(model) + "</section>\n";
}

std::string memory_section(const ReportModel &model) {
    const std::string chart = memory_chart(model);
    if (chart.empty()) {
        return "";
    }
    const auto in_place = std::count_if(model.layers.begin(), model.layers.end(),
                                        [](const ReportLayer &layer) { return layer.in_place; });
    return fmt::format("<section class=\"figure\"><h2>Scratch memory</h2>\n<p class=\"soft\">The arena of activations "
                       "takes {}; at the "
                       "busiest layer {} are alive (the line), so it can't be smaller. {} written over a source. Above "
                       "it: what each kernel stages.</p>\n<div class=\"wide\">{}</div></section>\n",
                       bytes_text(model.arena_bytes), bytes_text(model.largest_live_bytes),
                       in_place == 1 ? "1 layer is" : fmt::format("{} layers are", in_place), chart);
}

std::string vtcm_section(const ReportModel &model) {
    const std::string chart = vtcm_chart(model);
    if (chart.empty()) {
        return "";
    }
    const size_t count = model.vtcm.size();
    return fmt::format(
        "<section class=\"figure\"><h2>VTCM</h2>\n<p class=\"soft\">{} {} there instead of scratch memory, "
        "beside what kernels stage. With it {} pass between the chip and memory, "
        "{} less than without, as modelled.</p>\n<div class=\"wide\">{}</div></section>\n",
        count, count == 1 ? "activation lies" : "activations lie", bytes_text(model.off_chip_bytes),
        bytes_text(model.saved_bytes), chart);
}

std::string tensor_list(const char *title, const std::vector<std::string> &tensors) {
    std::string html = fmt::format("<h2>{}</h2><ul>", title);
    for (const std::string &tensor : tensors) {
        html += "<li>" + escape_html(tensor) + "</li>";
    }
    return html + "</ul>\n";
}

/// What the chip could do beside the unit that kernels run on.
std::string other_units(const TargetFacts &target, const Roofs &roofs) {
    constexpr double operations = 2e-3; // tera operations of a thousand million multiply-adds
    std::string html;
    for (const OtherUnit &unit : target.other_units) {
        std::vector<std::string> peaks;
        for (const auto &[types, tops] : unit.tops) {
            peaks.push_back(fmt::format("{:g} TOPS {}", tops, escape_html(types)));
        }
        html += fmt::format(
            "<section><h2>Beside {0}</h2>\n<p>All roofs above are {0}'s, of one thread: {1:.2f} TOPS. The "
            "chip's {2}, which these kernels do not use, would be {3}.</p></section>\n",
            escape_html(target.unit), roofs.peak_gmacs() * operations, escape_html(unit.name), fmt::join(peaks, ", "));
    }
    return html;
}

constexpr const char *method = R"(<section><h2>How the bound is reckoned</h2>
<p>The least time of a layer is the larger of two: the vector units' time, which is its multiply-adds at their peak plus four vector instructions
for each vector of outputs to requantise; and the memory's time, which is its compulsory traffic (source, destination and packed weights, each
byte once) at the read bandwidth of the nearest level that holds all of it; what is staged in VTCM comes from the last level. Real traffic can only be more, so no schedule is faster on this machine.</p>
<p>MACs are nominal: taps that fall on padding count. All roofs are the target file's nominal figures for one core.</p></section>
)";

/// Without the rates of operand types that no layer has.
Roofs roofs_of(const nlohmann::json &manifest, const TargetFacts &target) {
    Roofs roofs = nominal_roofs(target);
    std::set<std::string> used = {fastest_types(target)};
    for (const auto &kernel : manifest.at("kernels")) {
        used.insert(kernel.at("operand_types").get<std::string>());
    }
    for (auto rate = roofs.gmacs_per_second.begin(); rate != roofs.gmacs_per_second.end();) {
        const bool drop = weight_bits(rate->first) == 4 && used.count(rate->first) == 0;
        rate = drop ? roofs.gmacs_per_second.erase(rate) : std::next(rate);
    }
    return roofs;
}

} // namespace

void write_report(const nlohmann::json &manifest, const TargetFacts &target, std::ostream &out) {
    const ReportModel model = read_manifest(manifest);
    const Roofs roofs = roofs_of(manifest, target);
    begin_page(model.name + " on " + model.target + ": roofline", out);
    out << "<header><h1>" << escape_html(model.name) << "</h1><p>on " << escape_html(model.target) << ", by Nibble "
        << escape_html(model.version) << "</p>" << theme_button << "</header>\n"
        << facts(model) << attention_list(model, roofs) << chart_section(model, target, roofs) << memory_section(model)
        << vtcm_section(model) << "<section><h2>Layers</h2>\n"
        << "<input id=\"filter\" type=\"search\" placeholder=\"filter layers\" aria-label=\"filter layers\">\n"
        << "<div class=\"wide\">" << layer_table(model) << "</div></section>\n"
        << search_section(model) << "<div class=\"columns\"><section><h2>Machine</h2><div class=\"wide\">"
        << machine_table(model, target, roofs) << "</div></section>\n<section>" << tensor_list("Inputs", model.inputs)
        << tensor_list("Outputs", model.outputs) << "</section></div>\n"
        << other_units(target, roofs) << method;
    end_page_with_table(out);
}

} // namespace nibble
