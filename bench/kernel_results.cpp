// SPDX-License-Identifier: Apache-2.0
#include "bench/kernel_results.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "autotune/html.h"

namespace nibble {
namespace {

/// A cell of a CSV line; our own words have no quotes, names from a file might.
std::string cell(const std::string &text) {
    if (text.find_first_of(",\"\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

std::string csv_line(const KernelResult &result) {
    return fmt::format("nibble,{},{},{},{:.3f},{:.3f},{:.2f},{:.2f},{:.2f},{}\n", NIBBLE_VERSION, cell(result.layer),
                       result.types, result.microseconds.min, result.microseconds.median, result.gmacs_min(),
                       result.gmacs_median(), result.peak_gmacs, cell(result.note));
}

/// "r50 conv2d" for a conv2d layer r50_...: the word before the first '_' and the operator.
std::string family_of(const KernelResult &result) {
    return result.layer.substr(0, result.layer.find('_')) + " " + result.op;
}

std::string escape_pipes(std::string text) {
    for (size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
        text.insert(at, "\\");
    }
    return text;
}

} // namespace

std::string results_head(Style style, const ComputePeak &peak, const std::string &target, size_t name_width) {
    switch (style) {
    case Style::csv:
        return "peer,version,layer,dtype,min_us,median_us,gmacs_min,gmacs_median,peak_gmacs,note\n";
    case Style::markdown:
        return fmt::format("Target {}, one thread, default tiles. Peak: {}.\n\n"
                           "| layer | MACs | median µs | GMAC/s | peak beside it | share of peak | kernel |\n"
                           "|---|---:|---:|---:|---:|---:|---|\n",
                           target, describe(peak));
    case Style::table:
        break;
    }
    return fmt::format(
        "target {}, one thread, CPU time\npeak: {}\n\n{:<{}}  {:>8}  {:>10}  {:>10}  {:>8}  {:>8}  {:>6}  {:>9}  {}\n",
        target, describe(peak), "layer", name_width, "MACs", "min us", "median us", "GMAC/s", "peak", "share",
        "MAC/clock", "kernel");
}

std::string result_line(Style style, const KernelResult &result, size_t name_width) {
    switch (style) {
    case Style::csv:
        return csv_line(result);
    case Style::markdown:
        return fmt::format("| {} | {} | {:.1f} | {:.1f} | {:.0f} | {:.3f} | {} |\n", escape_pipes(result.layer),
                           count_text(static_cast<double>(result.macs)), result.microseconds.median,
                           result.gmacs_median(), result.peak_gmacs, result.share(), escape_pipes(result.note));
    case Style::table:
        break;
    }
    return fmt::format("{:<{}}  {:>8}  {:>10.2f}  {:>10.2f}  {:>8.1f}  {:>8.1f}  {:>6.3f}  {:>9.1f}  {}\n",
                       result.layer, name_width, count_text(static_cast<double>(result.macs)), result.microseconds.min,
                       result.microseconds.median, result.gmacs_median(), result.peak_gmacs, result.share(),
                       result.gmacs_median() / result.clock_ghz, result.note);
}

std::string results_foot(Style style, const std::vector<KernelResult> &results) {
    if (style == Style::csv) {
        return "";
    }
    std::map<std::string, std::vector<const KernelResult *>> families;
    for (const KernelResult &result : results) {
        if (result.error.empty()) {
            families[family_of(result)].push_back(&result);
        }
    }
    std::string text = "\n";
    for (auto &[family, members] : families) {
        std::sort(members.begin(), members.end(),
                  [](const KernelResult *a, const KernelResult *b) { return a->share() < b->share(); });
        text +=
            fmt::format("{}{}: {} {}, median share {:.3f}, least {:.3f} ({})\n", style == Style::markdown ? "- " : "",
                        family, members.size(), members.size() == 1 ? "layer" : "layers",
                        members[(members.size() - 1) / 2]->share(), members.front()->share(), members.front()->layer);
    }
    return text;
}

} // namespace nibble
