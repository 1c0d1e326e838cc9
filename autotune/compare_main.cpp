// compare_reports: one page that has two output folders of gen_kernels side by side.
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "autotune/report_compare.h"
#include "compiler/files.h"
#include "model/error.h"
#include "model/json_text.h"

namespace {

namespace fs = std::filesystem;

constexpr int input_error = 1;
constexpr int usage_error = 2;

nibble::ReportModel read_run(const fs::path &folder) {
    const fs::path file = folder / "manifest.json";
    const nlohmann::json manifest = nibble::parse_json(file.string(), nibble::read_text(file));
    try {
        return nibble::read_manifest(manifest);
    } catch (const nlohmann::json::exception &problem) {
        throw nibble::Error(nibble::Finding{file.string(), "manifest", problem.what(), "one that gen_kernels wrote"});
    }
}

/// Writes the page where it can be written as a whole.
void compare(const std::vector<std::string> &folders, const fs::path &out) {
    const nibble::ReportModel a = read_run(folders[0]), b = read_run(folders[1]);
    if (nibble::common_layers(a, b).empty()) {
        throw nibble::Error(nibble::Finding{folders[1], "layers", "none of " + folders[0], "some that both have"});
    }
    std::ostringstream page;
    nibble::write_comparison(a, b, page);
    const fs::path part = out.string() + ".part";
    nibble::write_file(part, page.str());
    std::error_code error;
    fs::rename(part, out, error);
    if (error) {
        fs::remove(part);
        throw nibble::Error(nibble::Finding{out.string(), "file", error.message(), "a file that can be written"});
    }
}

} // namespace

int main(int argc, char **argv) {
    CLI::App app("Writes one page that has two outputs of gen_kernels side by side.", "compare_reports");
    std::vector<std::string> folders;
    std::string out = "compare.html";
    app.set_version_flag("--version", std::string("compare_reports ") + NIBBLE_VERSION);
    app.add_option("folders", folders, "two folders that gen_kernels wrote: A and B")->required()->expected(2);
    app.add_option("--out", out, "the page (default: compare.html)");
    try {
        app.parse(argc, argv);
        compare(folders, out);
        return 0;
    } catch (const CLI::Success &help) {
        return app.exit(help);
    } catch (const CLI::ParseError &error) {
        fmt::print(stderr, "compare_reports: {}\n", error.what());
        return usage_error;
    } catch (const std::exception &error) {
        fmt::print(stderr, "{}\n", error.what());
        return input_error;
    }
}
