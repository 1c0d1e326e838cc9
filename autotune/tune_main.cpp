// tune: measures the tiles of a model's or a list's kernels and keeps the fastest as records.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "autotune/source_options.h"
#include "autotune/tuner.h"

namespace {

constexpr int input_error = 1;
constexpr int usage_error = 2;

void declare(CLI::App &app, nibble::TuneOptions &options) {
    app.set_version_flag("--version", std::string("tune ") + NIBBLE_VERSION);
    nibble::add_source_options(app, options.target, options.source);
    auto *job = app.add_option("--job", options.source.job, "a layer that --scheduler handed to this worker")
                    ->excludes("--model")
                    ->excludes("--layers");
    app.add_option("--scheduler", options.scheduler, "a Dask scheduler (tcp://host:8786) whose workers measure")
        ->excludes(job);
    app.add_option("--records", options.records, "folder that records are added to (default: nibble-records)");
    app.add_option("--seconds", options.seconds, "begin no further kernel after so many")->check(CLI::Range(1e-3, 1e9));
    app.add_option("--points", options.points, "tiles of a kernel that are measured at most (16); 0: the model chooses")
        ->check(CLI::Range(0, 4096));
    options.jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    app.add_option("--jobs", options.jobs, "kernels to compile at once (default: all cores)")
        ->check(CLI::Range(1, 1024));
    app.add_flag("--quiet", options.quiet, "no progress");
}

} // namespace

int main(int argc, char **argv) {
    CLI::App app("Measures the tiles of kernels and keeps the fastest as records.", "tune");
    nibble::TuneOptions options;
    try {
        declare(app, options);
        try {
            app.parse(argc, argv);
            nibble::check_source(options.source);
        } catch (const CLI::Success &help) {
            return app.exit(help);
        } catch (const CLI::ParseError &error) {
            fmt::print(stderr, "tune: {}\n", error.what());
            return usage_error;
        }
        nibble::tune(options);
        return 0;
    } catch (const std::exception &error) {
        fmt::print(stderr, "{}\n", error.what());
        return input_error;
    }
}
