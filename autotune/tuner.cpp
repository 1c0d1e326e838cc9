// SPDX-License-Identifier: Apache-2.0
#include "autotune/tuner.h"

#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "autotune/peaks.h"
#include "autotune/records.h"
#include "autotune/tile_search.h"
#include "compiler/progress.h"

namespace nibble {

namespace {

/// Tenths: more than a clock tells.
double rounded(double cost) { return std::round(cost * 10) / 10; }

/// What a search found; it is done.
Record record_of(const TuneTask &task, const TileSearch &search, const TargetFacts &target) {
    KernelRequest request = task.request;
    request.tile = search.best();
    Record record = record_for(request, task.space, target);
    record.origin = "measured";
    record.cost = rounded(search.best_cost());
    record.default_cost = rounded(search.own_cost());
    record.unit = cost_unit(target);
    record.points = static_cast<int>(search.measured().size());
    record.machine = target.runner == "native" ? cpu_model() : target.runner;
    return record;
}

std::string line_of(const TuneTask &task, const Record &record) {
    return fmt::format("{}: {} of {} points, {} {}, {:.3f} of the schedule's own", task.layer.name,
                       to_string(record.tile), record.points, record.cost, record.unit,
                       record.cost / record.default_cost);
}

} // namespace

void tune(const TuneOptions &options) {
    const TargetFacts target = find_target(options.target);
    cost_unit(target); // else nothing can be measured
    const Tools tools = read_tools();
    const Records known(options.records, target);
    const std::vector<TuneTask> tasks = tune_tasks(options.source, target, tools);
    Progress progress(stdout, options.quiet);
    const auto start = std::chrono::steady_clock::now();
    size_t done = 0, added = 0;
    for (const TuneTask &task : tasks) {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        if (options.seconds && spent.count() > *options.seconds) {
            break;
        }
        const Record *record = known.find(task.request, task.space, target);
        if (record == nullptr || record->origin != "measured") {
            TileSearch search(task, target, options.jobs, tools);
            search.search(options.points);
            const Record found = record_of(task, search, target);
            append_record(options.records, found);
            progress.say(line_of(task, found));
            ++added;
        }
        progress.step(++done, tasks.size(), task.layer.name);
    }
    progress.say(
        fmt::format("{} of {} kernels in {}, {} of them new", done, tasks.size(), options.records.string(), added));
}

} // namespace nibble
