// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_cells.h"

#include <fmt/format.h>

#include "autotune/html.h"

namespace nibble {

std::string fact(const std::string &figure, const std::string &words) {
    return fmt::format("<div class=\"fact\"><b>{}</b><span>{}</span></div>\n", escape_html(figure), escape_html(words));
}

std::string heading(const char *words, const char *kind, const char *explanation) {
    return fmt::format("<th scope=\"col\" class=\"{}\" title=\"{}\"><button type=\"button\">{}</button></th>", kind,
                       explanation, words);
}

std::string text_cell(const std::string &words, const char *css) {
    return fmt::format("<td class=\"{}\">{}</td>", css, escape_html(words));
}

std::string number_cell(double value, const std::string &words) {
    return fmt::format("<td class=\"number\" data-value=\"{}\">{}</td>", value, escape_html(words));
}

} // namespace nibble
