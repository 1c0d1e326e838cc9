// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_attention.h"

#include <fmt/format.h>

#include "autotune/html.h"

namespace nibble {
namespace {

constexpr size_t most_layers = 5;   ///< more would be the table again
constexpr double mostly_macs = 0.9; ///< share of the peak from which the epilogue is not worth a word

/// What the binding resource says about a layer that already runs at its bound.
std::string advice(const ReportLayer &layer, double peak_gmacs) {
    switch (layer.binding) {
    case Binding::compute: {
        const double share = layer.bound_gmacs() / peak_gmacs;
        return share > mostly_macs
                   ? "at the multiply-add peak: only fewer or narrower ones are faster"
                   : fmt::format("{:.0f} % of the multiply-add peak, the rest of the time requantises", share * 100);
    }
    case Binding::requantize:
        if (layer.q31_channels > 0) {
            return fmt::format("few multiply-adds an output: the epilogue binds, and {} of {} channels need its dearer "
                               "q31 form",
                               layer.q31_channels, layer.q31_channels + layer.cheap_channels);
        }
        return "few multiply-adds an output: the epilogue binds";
    case Binding::memory:
        return fmt::format("{} pass through {}: fusing it with a neighbour would keep them out of memory",
                           bytes_text(layer.bytes), layer.memory_level);
    }
    return "";
}

std::string item(const ReportModel &model, const ReportLayer &layer, double peak_gmacs) {
    std::string figures =
        fmt::format("{} µs at least, {:.0f} % of the model", figure_text(layer.bound_us), layer.time_share * 100);
    if (model.measured && layer.measured_us) {
        figures = fmt::format("{} µs measured, {} µs above its bound", figure_text(*layer.measured_us),
                              figure_text(layer.above_bound_us()));
    }
    return fmt::format("<li><a href=\"#layer-{}\">{}</a> <span class=\"mark {}\"></span>{}. <span "
                       "class=\"soft\">Bound by {}: {}.</span></li>\n",
                       layer.number, escape_html(layer.name), to_string(layer.binding), escape_html(figures),
                       escape_html(layer.binding_text), escape_html(advice(layer, peak_gmacs)));
}

} // namespace

std::string attention_list(const ReportModel &model, const Roofs &roofs) {
    if (model.layers.empty()) {
        return "";
    }
    std::string html =
        fmt::format("<section><h2>Where attention pays first</h2>\n<p class=\"soft\">Ranked by {}.</p>\n<ol>\n",
                    model.measured ? "measured time above the nominal bound" : "least time: nothing was measured");
    for (const ReportLayer *layer : model.first_to_look_at(most_layers)) {
        html += item(model, *layer, roofs.peak_gmacs());
    }
    return html + "</ol></section>\n";
}

} // namespace nibble
