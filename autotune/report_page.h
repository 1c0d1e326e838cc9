// The frame of the report's pages: self-contained, with one style and, where there is a table to sort, one script.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>

namespace nibble {

/// Everything before the page's header.
void begin_page(const std::string &title, std::ostream &out);

/// Ends a page that has the table "layers" and the field "filter".
void end_page_with_table(std::ostream &out);

/// The button between light and dark, which that page's script shows.
extern const char *const theme_button;

} // namespace nibble
