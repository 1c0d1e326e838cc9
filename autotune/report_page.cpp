// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_page.h"

#include "autotune/html.h"
#include "autotune/report_assets.h"

namespace nibble {

const char *const theme_button = "<button type=\"button\" class=\"theme\" hidden>light / dark</button>";

void begin_page(const std::string &title, std::ostream &out) {
    out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        << "<title>" << escape_html(title) << "</title>\n<style>\n"
        << report_css << "</style>\n</head>\n<body>\n<main>\n";
}

void end_page_with_table(std::ostream &out) {
    out << "<div id=\"tip\" hidden></div>\n</main>\n<script>\n" << report_js << "</script>\n</body>\n</html>\n";
}

} // namespace nibble
