// Text for HTML pages: escaped strings and figures that people can read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nibble {

/// The text with & < > " and ' written as entities: safe between tags and inside quoted attributes.
std::string escape_html(const std::string &text);

/// "12.3 k", "4.56 M", "7.89 G": three figures and a decimal prefix; whole numbers below a thousand.
std::string count_text(double count);

/// "512 B", "12.3 KiB", "4.56 MiB".
std::string bytes_text(int64_t bytes);

/// Three significant figures, never with an exponent: "0.0123", "1.23", "123", "1234".
std::string figure_text(double value);

/// "1 × 32 × 32 × 16".
std::string shape_text(const std::vector<int64_t> &shape);

} // namespace nibble
