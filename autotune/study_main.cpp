// study_tiles: measures many tiles of kernels and says how well their schedules' models rank them.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "autotune/source_options.h"
#include "autotune/study.h"

namespace {

constexpr int input_error = 1;
constexpr int usage_error = 2;

/// Options of the command line beside those of the study.
struct Command {
    nibble::StudyOptions options;
    bool table = false;
};

void declare(CLI::App &app, Command &command) {
    nibble::StudyOptions &options = command.options;
    app.set_version_flag("--version", std::string("study_tiles ") + NIBBLE_VERSION);
    nibble::add_source_options(app, options.target, options.source);
    app.add_option("--points", options.points, "folder that measured tiles are added to (default: nibble-points)");
    app.add_option("--random", options.random, "tiles of a kernel that are drawn from the legal ones (60)")
        ->check(CLI::Range(0, 1 << 20));
    app.add_option("--search", options.search, "tiles of a search beside them, and then of one as tune does it (0)")
        ->check(CLI::Range(0, 1 << 20));
    options.jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    app.add_option("--jobs", options.jobs, "kernels to compile at once (default: all cores)")
        ->check(CLI::Range(1, 1024));
    app.add_flag("--build-only", options.build_only, "compile the drawn tiles into the cache, measure nothing");
    app.add_flag("--table", command.table, "print the table of what is measured, measure nothing");
    app.add_flag("--quiet", options.quiet, "no progress");
}

} // namespace

int main(int argc, char **argv) {
    CLI::App app("Measures many tiles of kernels and says how well their schedules' models rank them.", "study_tiles");
    Command command;
    try {
        declare(app, command);
        try {
            app.parse(argc, argv);
            nibble::check_source(command.options.source);
        } catch (const CLI::Success &help) {
            return app.exit(help);
        } catch (const CLI::ParseError &error) {
            fmt::print(stderr, "study_tiles: {}\n", error.what());
            return usage_error;
        }
        if (command.table) {
            fmt::print("{}", nibble::study_table(command.options));
        } else {
            nibble::measure_study(command.options);
        }
        return 0;
    } catch (const std::exception &error) {
        fmt::print(stderr, "{}\n", error.what());
        return input_error;
    }
}
