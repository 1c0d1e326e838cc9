// bench_kernels: kernels of a list of layers, checked and measured beside the machine's peak.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/kernel_bench.h"
#include "bench/type_options.h"
#include "compiler/target.h"

namespace {

constexpr int input_error = 1;
constexpr int usage_error = 2;

struct CommandLine {
    nibble::KernelBenchOptions options;
    bool cold = false;
    bool csv = false;
    bool markdown = false;
};

std::vector<std::string> target_names() {
    std::vector<std::string> names = nibble::list_targets();
    names.push_back("host");
    return names;
}

void declare(CLI::App &app, CommandLine &line) {
    nibble::KernelBenchOptions &options = line.options;
    app.set_version_flag("--version", std::string("bench_kernels ") + NIBBLE_VERSION);
    app.add_option("--layers", options.layers, "a list of layers: .csv or .json")->required();
    app.add_option("--target", options.target, "target to generate for (default: host)")
        ->check(CLI::IsMember(target_names()));
    app.add_option("--filter", options.filter, "only layers whose name has this text");
    nibble::add_type_options(app, options.types);
    app.add_option("--records", options.records,
                   "folder of records of tuned tiles, before those that come with Nibble; none: neither");
    app.add_flag("--cold", line.cold, "weights come from memory, not from a cache");
    auto *csv = app.add_flag("--csv", line.csv, "comma-separated lines");
    app.add_flag("--markdown", line.markdown, "the table of docs/benchmarking.md")->excludes(csv);
    app.add_option("--threads", options.threads, "measure what so many threads gain, too")->check(CLI::Range(1, 256));
    options.jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    app.add_option("--jobs", options.jobs, "kernels to compile at once (default: all cores)")
        ->check(CLI::Range(1, 1024));
}

int run(CommandLine &line) {
    nibble::KernelBenchOptions &options = line.options;
    options.weights = line.cold ? nibble::Weights::cold : nibble::Weights::warm;
    options.style = line.csv ? nibble::Style::csv : line.markdown ? nibble::Style::markdown : nibble::Style::table;
    const auto results = nibble::bench_kernels(options);
    const bool right =
        std::all_of(results.begin(), results.end(), [](const auto &result) { return result.error.empty(); });
    return right ? 0 : input_error;
}

} // namespace

int main(int argc, char **argv) {
    CLI::App app("Measures the kernels of a list of layers.", "bench_kernels");
    try {
        CommandLine line;
        declare(app, line);
        try {
            app.parse(argc, argv);
        } catch (const CLI::Success &help) {
            return app.exit(help);
        } catch (const CLI::ParseError &error) {
            fmt::print(stderr, "bench_kernels: {}\n", error.what());
            return usage_error;
        }
        return run(line);
    } catch (const std::exception &error) {
        fmt::print(stderr, "{}\n", error.what());
        return input_error;
    }
}
