// SPDX-License-Identifier: Apache-2.0
#include "autotune/html.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace nibble {
namespace {

/// The value in the largest of `units`, each `step` times the one before.
std::string scaled_text(double value, double step, const std::vector<std::string> &units) {
    size_t unit = 0;
    while (std::abs(value) >= step && unit + 1 < units.size()) {
        value /= step;
        ++unit;
    }
    return (unit == 0 ? fmt::format("{:.0f}", value) : figure_text(value)) + units[unit];
}

} // namespace

std::string escape_html(const std::string &text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            escaped += c;
        }
    }
    return escaped;
}

std::string figure_text(double value) {
    if (value == 0) {
        return "0";
    }
    const int digits_before = static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
    return fmt::format("{:.{}f}", value, std::clamp(3 - digits_before, 0, 9));
}

std::string count_text(double count) { return scaled_text(count, 1000, {"", " k", " M", " G", " T"}); }

std::string bytes_text(int64_t bytes) {
    return scaled_text(static_cast<double>(bytes), 1024, {" B", " KiB", " MiB", " GiB"});
}

std::string shape_text(const std::vector<int64_t> &shape) {
    return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, " × "));
}

} // namespace nibble
