// Cells of the report's tables, which its script sorts, and the figures of its head.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace nibble {

/// A figure of the page's head and what it is.
std::string fact(const std::string &figure, const std::string &words);

/// A heading; `kind` is "text" or "number", which is also how its column sorts.
std::string heading(const char *words, const char *kind, const char *explanation = "");

std::string text_cell(const std::string &words, const char *css = "text");

/// A figure as people read it and as the table sorts it.
std::string number_cell(double value, const std::string &words);

} // namespace nibble
