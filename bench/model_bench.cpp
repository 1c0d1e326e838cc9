// SPDX-License-Identifier: Apache-2.0
#include "bench/model_bench.h"

#include <algorithm>

#include <fmt/format.h>

#include "autotune/html.h"
#include "bench/call_timer.h"
#include "compiler/kernel_cache.h"

namespace nibble {
namespace {

constexpr int bench_rounds = 31;

CallTimer timer_of(const NativeLibrary &library, const LayerCall &call) {
    const LoadedLibrary::Function function = library.function(call.function);
    const nibble_context *context = library.context();
    const CallPointers pointers = pointers_of(call.inputs, call.outputs);
    return CallTimer([=] { function(context, pointers.inputs.data(), pointers.outputs.data()); });
}

Spread in_microseconds(const std::vector<double> &seconds) {
    Spread spread = spread_of(seconds);
    spread.min *= 1e6;
    spread.median *= 1e6;
    return spread;
}

double gmacs(const LayerResult &result) {
    return result.microseconds.median > 0
               ? static_cast<double>(result.layer->work.macs) / result.microseconds.median * 1e-3
               : 0;
}

double share(const LayerResult &result) { return roofline_share(result.bound, result.microseconds.median * 1e-6); }

double bound_microseconds(const ModelResult &result) {
    double sum = 0;
    for (const LayerResult &layer : result.layers) {
        sum += layer.bound.seconds * 1e6;
    }
    return sum;
}

} // namespace

ModelResult bench_model(const Artifact &artifact, const NativeLibrary &library, ModelRunner &runner,
                        const TargetFacts &target) {
    ModelResult result{artifact.name, artifact.target, require_compute_peak(target), bench_rounds, {}, {}};
    runner.run();
    runner.run_layers();
    std::vector<CallTimer> timers;
    for (const LayerCall &call : runner.layer_calls()) {
        timers.push_back(timer_of(library, call));
    }
    timers.push_back(timer_of(library, runner.whole_call()));

    std::vector<std::vector<double>> samples(timers.size());
    std::vector<double> seconds_per_gmac;
    for (int round = 0; round < bench_rounds; ++round) {
        seconds_per_gmac.push_back(1 / measure_gmacs_once(result.peak));
        for (size_t i = 0; i < timers.size(); ++i) {
            samples[i].push_back(timers[i].sample());
        }
    }
    result.peak.gmacs_median = 1 / spread_of(seconds_per_gmac).median;
    const Roofs roofs = measured_roofs(target, result.peak, KernelCache::default_folder());
    for (size_t i = 0; i < artifact.layers.size(); ++i) {
        result.layers.push_back(
            {&artifact.layers[i], in_microseconds(samples[i]), bound_of(artifact.layers[i].work, roofs)});
    }
    result.microseconds = in_microseconds(samples.back());
    return result;
}

std::string table_text(const ModelResult &result) {
    size_t name_width = 5, op_width = 8;
    double sum = 0;
    for (const LayerResult &layer : result.layers) {
        name_width = std::max(name_width, layer.layer->name.size());
        op_width = std::max(op_width, layer.layer->op.size());
        sum += layer.microseconds.median;
    }
    std::string text =
        fmt::format("{} on {}, one thread, {} interleaved rounds, CPU time\npeak: {}; median beside the layers {:.0f} "
                    "GMAC/s\n\n",
                    result.name, result.target, result.rounds, describe(result.peak), result.peak.gmacs_median);
    text += fmt::format("{:<{}}  {:<{}}  {:>8}  {:>8}  {:>9}  {:>7}  {:>7}  {}\n", "layer", name_width, "operator",
                        op_width, "MACs", "min us", "median us", "GMAC/s", "of roof", "bound by");
    for (const LayerResult &layer : result.layers) {
        const bool multiplies = layer.layer->work.macs > 0;
        text += fmt::format("{:<{}}  {:<{}}  {:>8}  {:>8.2f}  {:>9.2f}  {:>7}  {:>7.2f}  {}\n", layer.layer->name,
                            name_width, layer.layer->op, op_width,
                            multiplies ? count_text(static_cast<double>(layer.layer->work.macs)) : "-",
                            layer.microseconds.min, layer.microseconds.median,
                            multiplies ? fmt::format("{:.1f}", gmacs(layer)) : "-", share(layer), layer.bound.binding);
    }
    text += fmt::format(
        "\nlayers, sum of medians  {:.2f} us\nwhole model             {:.2f} us median, {:.2f} us min\nroofline bound "
        "         {:.2f} us ({:.2f} of the whole model)\n",
        sum, result.microseconds.median, result.microseconds.min, bound_microseconds(result),
        bound_microseconds(result) / result.microseconds.median);
    return text;
}

nlohmann::json result_json(const ModelResult &result) {
    nlohmann::json layers = nlohmann::json::array();
    for (const LayerResult &layer : result.layers) {
        layers.push_back({{"layer", layer.layer->name},
                          {"operator", layer.layer->op},
                          {"macs", layer.layer->work.macs},
                          {"min_us", layer.microseconds.min},
                          {"median_us", layer.microseconds.median},
                          {"gmacs", gmacs(layer)},
                          {"bound_us", layer.bound.seconds * 1e6},
                          {"share", share(layer)},
                          {"binding", layer.bound.binding}});
    }
    return {{"name", result.name},
            {"target", result.target},
            {"rounds", result.rounds},
            {"clock_ghz", result.peak.clock_ghz},
            {"peak",
             {{"operand_types", result.peak.operand_types},
              {"instruction", result.peak.instruction},
              {"gmacs_max", result.peak.gmacs_max},
              {"gmacs_median", result.peak.gmacs_median},
              {"macs_per_cycle", result.peak.macs_per_cycle()}}},
            {"min_us", result.microseconds.min},
            {"median_us", result.microseconds.median},
            {"bound_us", bound_microseconds(result)},
            {"layers", layers}};
}

} // namespace nibble
