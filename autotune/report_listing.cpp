// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_listing.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "autotune/html.h"
#include "autotune/report_page.h"

namespace nibble {
namespace {

constexpr size_t most_mnemonics = 24; ///< two rows of a wide screen; the rest is counted together

/// How often each instruction stands in the text, and how many move registers to the stack and back.
struct InstructionCount {
    std::map<std::string, int> mnemonics;
    int all = 0, spills = 0;
};

/// The mnemonic of a line, empty where it is a label, a directive or a comment.
std::string mnemonic(const std::string &line) {
    const size_t start = line.find_first_not_of(" \t");
    if (start == 0 || start == std::string::npos || !std::isalpha(static_cast<unsigned char>(line[start]))) {
        return "";
    }
    return line.substr(start, line.find_first_of(" \t\n", start) - start);
}

InstructionCount count_instructions(const std::string &assembly) {
    InstructionCount count;
    std::istringstream lines(assembly);
    for (std::string line; std::getline(lines, line);) {
        const std::string name = mnemonic(line);
        if (!name.empty()) {
            ++count.mnemonics[name];
            ++count.all;
            const bool spill = line.find("Spill") != std::string::npos || line.find("Reload") != std::string::npos;
            count.spills += spill ? 1 : 0;
        }
    }
    return count;
}

std::string summary(const InstructionCount &count) {
    std::vector<std::pair<std::string, int>> sorted(count.mnemonics.begin(), count.mnemonics.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto &a, const auto &b) { return a.second > b.second; });
    std::string html = fmt::format("<p>{} instructions, {} of them spills and reloads.</p>\n<p class=\"mnemonics\">",
                                   count.all, count.spills);
    int rest = count.all;
    for (size_t i = 0; i < std::min(sorted.size(), most_mnemonics); ++i) {
        html += fmt::format("<span><code>{}</code> {}</span> ", escape_html(sorted[i].first), sorted[i].second);
        rest -= sorted[i].second;
    }
    return html + (rest > 0 ? fmt::format("<span>others {}</span>", rest) : "") + "</p>\n";
}

std::string text_section(const char *id, const char *title, const std::string &text, const std::string &head) {
    return text.empty() ? ""
                        : fmt::format("<section id=\"{}\"><h2>{}</h2>\n{}<pre>{}</pre></section>\n", id, title, head,
                                      escape_html(text));
}

} // namespace

void write_listing(const Listing &listing, const std::string &report, std::ostream &out) {
    begin_page(listing.layer + ": listing", out);
    out << "<header><h1>" << escape_html(listing.layer) << "</h1><p>kernel <code>" << escape_html(listing.kernel)
        << "</code></p><a href=\"" << escape_html(report) << "\">report</a>"
        << (listing.assembly.empty() ? "" : "<a href=\"#assembly\">assembly</a>")
        << (listing.statements.empty() ? "" : "<a href=\"#statements\">statements</a>") << "</header>\n"
        << text_section("assembly", "Assembly", listing.assembly, summary(count_instructions(listing.assembly)))
        << text_section("statements", "Lowered statements", listing.statements, "") << "</main>\n</body>\n</html>\n";
}

} // namespace nibble
