// SPDX-License-Identifier: Apache-2.0
#include "autotune/tuner.h"

#include <chrono>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "autotune/peaks.h"
#include "autotune/ranked_tiles.h"
#include "autotune/records.h"
#include "autotune/scale_out.h"
#include "autotune/tile_search.h"
#include "compiler/progress.h"

namespace nibble {

namespace {

/// Tenths: more than a clock tells.
double rounded(double cost) { return std::round(cost * 10) / 10; }

/// What the schedule's model expects of a tile, in cost_unit(): nanoseconds at the nominal clock; 0 where it has none.
double expected(const TuneTask &task, const TargetFacts &target, const Tile &tile) {
    if (task.space.predict == nullptr) {
        return 0;
    }
    const double cycles = expected_cost(task.space, task.request.parameters, target, tile);
    return rounded(cost_unit(target) == "ns" ? cycles / target.clock_ghz : cycles);
}

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
    for (const MeasuredTile &tile : search.measured()) {
        record.tried.push_back({tile.tile, rounded(tile.share * search.own_cost()), expected(task, target, tile.tile)});
    }
    return record;
}

std::string line_of(const TuneTask &task, const Record &record) {
    return fmt::format("{}: {} of {} points, {} {}, {:.3f} of the schedule's own", task.layer.name,
                       to_string(record.tile), record.points, record.cost, record.unit,
                       record.cost / record.default_cost);
}

/// Adds a kernel's record and tells of it.
using Keep = std::function<void(const TuneTask &, const Record &)>;

/// Has workers tune the kernels; theirs are the records.
void hand_out(const std::vector<const TuneTask *> &tasks, const TuneOptions &options, const TargetFacts &target,
              const Tools &tools, const Keep &keep) {
    std::vector<const Layer *> layers;
    for (const TuneTask *task : tasks) {
        layers.push_back(&task->layer);
    }
    const auto take = [&](size_t i, const Records &made) {
        const Record *record = made.find(tasks[i]->request, tasks[i]->space, target);
        if (record != nullptr) {
            keep(*tasks[i], *record);
        }
        return record != nullptr;
    };
    tune_on_workers({options.scheduler, options.points, options.seconds}, layers, target, tools, take);
}

/// Tunes the kernels on this machine, in turn.
void tune_here(const std::vector<const TuneTask *> &tasks, const TuneOptions &options, const TargetFacts &target,
               const Tools &tools, const Keep &keep) {
    const auto start = std::chrono::steady_clock::now();
    for (const TuneTask *task : tasks) {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        if (options.seconds && spent.count() > *options.seconds) {
            return;
        }
        TileSearch search(*task, target, options.jobs, tools);
        search.search(options.points);
        keep(*task, record_of(*task, search, target));
    }
}

/// Those that have no measured record.
std::vector<const TuneTask *> open_tasks(const std::vector<TuneTask> &tasks, const Records &known,
                                         const TargetFacts &target) {
    std::vector<const TuneTask *> open;
    for (const TuneTask &task : tasks) {
        const Record *record = known.find(task.request, task.space, target);
        if (record == nullptr || record->origin != "measured") {
            open.push_back(&task);
        }
    }
    return open;
}

} // namespace

void tune(const TuneOptions &options) {
    const TargetFacts target = find_target(options.target);
    cost_unit(target); // else nothing can be measured
    const Tools tools = read_tools();
    const std::vector<TuneTask> tasks = tune_tasks(options.source, target, tools);
    const std::vector<const TuneTask *> open = open_tasks(tasks, Records(options.records, target), target);
    Progress progress(stdout, options.quiet);
    size_t done = tasks.size() - open.size(), added = 0;
    const Keep keep = [&](const TuneTask &task, const Record &found) {
        append_record(options.records, found);
        progress.say(line_of(task, found));
        progress.step(++done, tasks.size(), task.layer.name);
        ++added;
    };
    if (!open.empty()) {
        (options.scheduler.empty() ? tune_here : hand_out)(open, options, target, tools, keep);
    }
    progress.say(
        fmt::format("{} of {} kernels in {}, {} of them new", done, tasks.size(), options.records.string(), added));
}

} // namespace nibble
