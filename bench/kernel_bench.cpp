// SPDX-License-Identifier: Apache-2.0
#include "bench/kernel_bench.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/call_timer.h"
#include "bench/thread_gain.h"
#include "compiler/build_kernels.h"
#include "compiler/files.h"
#include "compiler/library.h"
#include "compiler/progress.h"
#include "compiler/recorded_tiles.h"
#include "model/error.h"

namespace nibble {
namespace {

constexpr const char *library_name = "bench";
constexpr int most_rounds = 51;
constexpr int least_rounds = 9;
constexpr double seconds_per_layer = 1;
constexpr uint32_t seed = 20261121;

std::vector<Layer> chosen_layers(const KernelBenchOptions &options) {
    std::vector<Layer> layers = typed_layers(options.layers, options.filter, options.types);
    for (const Layer &layer : layers) {
        if (find_operator(layer.op)->macs(layer) == 0) {
            throw Error(Finding{options.layers.string(), layer.name, layer.op, "an operator that multiplies and adds"});
        }
    }
    return layers;
}

/// Compiles the program's kernels and loads them. Kernel files and library are gone when it returns.
LoadedLibrary build(Program &program, const KernelBenchOptions &options) {
    const Tools tools = read_tools();
    const TempFolder work(std::filesystem::temp_directory_path(), "nibble-bench-");
    const KernelCache cache(KernelCache::default_folder());
    Progress progress(stderr, false);
    build_kernels(
        program, tools, cache, {options.jobs, false, false}, work.path(),
        [&](const Kernel &kernel, size_t done, size_t total, bool) { progress.step(done, total, kernel.layer); });
    const std::filesystem::path archive = work.path() / "libbench.a";
    write_library(program, NIBBLE_VERSION, tools, work.path(), archive);
    return LoadedLibrary(archive, library_name, tools.ld_lld);
}

KernelResult empty_result(const Program &program, const CompiledLayer &layer, const ComputePeak &peak,
                          const KernelBenchOptions &options) {
    const KernelRequest &request = program.kernel_of(layer).request;
    KernelResult result;
    result.layer = layer.layer.name;
    result.op = layer.layer.op;
    result.types = to_string(layer.layer.src[0].dtype) + options.types.wei;
    result.note = fmt::format("{} {} {}", layer.lowering, request.schedule, to_string(request.tile));
    result.clock_ghz = peak.clock_ghz;
    return result;
}

/// The body of one Google Benchmark: an iteration is a round of the peak loop and a sample of the layer.
void measure(benchmark::State &state, KernelCase &kernel, const ComputePeak &peak, Caller &caller, WorkerPool *pool,
             KernelResult &result) {
    caller.run_loops_on(pool);
    result.error = kernel.verify();
    caller.run_loops_on(nullptr);
    if (!result.error.empty()) {
        state.SkipWithError(result.error.c_str());
        return;
    }
    const CallTimer timer([&kernel] { kernel.call(); });
    std::vector<double> microseconds, seconds_per_gmac, read_seconds;
    for (auto _ : state) {
        seconds_per_gmac.push_back(1 / measure_gmacs_once(peak));
        if (kernel.is_cold()) {
            read_seconds.push_back(time_undisturbed([&kernel] { kernel.read_weights(); }));
        }
        const double seconds = timer.sample();
        microseconds.push_back(seconds * 1e6);
        state.SetIterationTime(seconds);
    }
    result.rounds = static_cast<int>(microseconds.size());
    result.microseconds = spread_of(std::move(microseconds));
    result.peak_gmacs = 1 / spread_of(std::move(seconds_per_gmac)).median;
    if (kernel.is_cold()) {
        const Spread read = spread_of(std::move(read_seconds));
        const double kilobytes = static_cast<double>(kernel.layer().packed.bytes) * 1e-3;
        result.note += fmt::format("; weights {:.1f} GB/s, {:.1f} only read; best {:.1f}, {:.1f}",
                                   kilobytes / result.microseconds.median, kilobytes / (read.median * 1e6),
                                   kilobytes / result.microseconds.min, kilobytes / (read.min * 1e6));
    }
    if (pool != nullptr) {
        const ThreadGain gain = measure_thread_gain(kernel, caller, *pool, peak);
        result.note += fmt::format("; {} threads: {:.2f} us, {:.2f} times one, peak {:.2f} times one", pool->size(),
                                   gain.microseconds, gain.layer, gain.peak);
    }
    state.counters["GMAC/s"] = result.gmacs_median();
    state.counters["share"] = result.share();
}

/// Prints a line for each layer as soon as it is measured.
class LineReporter : public benchmark::BenchmarkReporter {
public:
    LineReporter(Style style, size_t name_width, const std::vector<KernelResult> &results)
        : style_(style), name_width_(name_width), results_(results) {}

    bool ReportContext(const Context &) override { return true; }

    void ReportRuns(const std::vector<Run> &runs) override {
        for (size_t i = 0; i < runs.size(); ++i) {
            const KernelResult &result = results_[next_++];
            if (result.error.empty()) {
                fmt::print("{}", result_line(style_, result, name_width_));
                std::fflush(stdout);
            } else {
                fmt::print(stderr, "{}\n", Finding{"bench_kernels", result.layer, result.error, "the same"}.line());
            }
        }
    }

private:
    Style style_;
    size_t name_width_;
    const std::vector<KernelResult> &results_;
    size_t next_ = 0;
};

int rounds_of(const CompiledLayer &layer, const ComputePeak &peak) {
    const double seconds =
        static_cast<double>(find_operator(layer.layer.op)->macs(layer.layer)) / (peak.gmacs_median * 1e9);
    return std::clamp(static_cast<int>(seconds_per_layer / seconds), least_rounds, most_rounds);
}

} // namespace

std::vector<KernelResult> bench_kernels(const KernelBenchOptions &options) {
    const TargetFacts target = find_target(options.target);
    if (target.runner != "native") {
        throw Error(Finding{"bench_kernels", "--target", target.name + ", whose code runs under " + target.runner,
                            "a target of this machine; run_model --bench counts instructions of a model's library"});
    }
    Program program = plan_layers(chosen_layers(options), options.layers.string(), library_name, target,
                                  recorded_tiles(options.records, target));
    const LoadedLibrary library = build(program, options);
    const ComputePeak peak = require_compute_peak(target);
    Caller caller(static_cast<size_t>(program.scratch_bytes()));
    std::optional<WorkerPool> pool;
    if (options.threads > 1) {
        pool.emplace(options.threads, static_cast<size_t>(program.kernel_scratch_bytes()));
    }

    std::vector<KernelResult> results;
    size_t name_width = 5;
    for (const CompiledLayer &layer : program.layers) {
        results.push_back(empty_result(program, layer, peak, options));
        name_width = std::max(name_width, layer.layer.name.size());
    }
    for (size_t i = 0; i < program.layers.size(); ++i) {
        const CompiledLayer &layer = program.layers[i];
        KernelResult &result = results[i];
        const auto body = [&, function = library.function(std::string(library_name) + "_" + layer.function)](
                              benchmark::State &state) {
            KernelCase kernel(std::make_shared<LayerData>(layer, options.weights, seed), function, caller);
            result.macs = kernel.macs();
            measure(state, kernel, peak, caller, pool ? &*pool : nullptr, result);
        };
        benchmark::RegisterBenchmark(layer.layer.name.c_str(), body)
            ->UseManualTime()
            ->Iterations(rounds_of(layer, peak));
    }
    fmt::print("{}", results_head(options.style, peak, target.name, name_width));
    LineReporter reporter(options.style, name_width, results);
    benchmark::RunSpecifiedBenchmarks(&reporter, ".");
    fmt::print("{}", results_foot(options.style, results));
    return results;
}

} // namespace nibble
