// SPDX-License-Identifier: Apache-2.0
#include "model/error.h"

#include <fmt/format.h>

namespace nibble {

namespace {

/// A finding is one line whatever the file holds, so control characters of its names are written as \xNN.
std::string one_line(const std::string &text) {
    std::string safe;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            safe += fmt::format("\\x{:02x}", byte);
        } else {
            safe += c;
        }
    }
    return safe;
}

std::string all_lines(const std::vector<Finding> &findings) {
    std::string text;
    for (const Finding &finding : findings) {
        text += (text.empty() ? "" : "\n") + finding.line();
    }
    return text;
}

} // namespace

std::string Finding::line() const {
    return one_line(fmt::format("{}: {}: found {}, expected {}", file, where, found, expected));
}

Error::Error(std::vector<Finding> findings) : std::runtime_error(all_lines(findings)), findings_(std::move(findings)) {}

Error::Error(Finding finding) : Error(std::vector<Finding>{std::move(finding)}) {}

} // namespace nibble
