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

/// What the schedule's model expects of a tile, in cost_unit(): nanoseconds at the machine's clock; 0 where it has
/// none.
double expected(const TuneTask &task, const Tile &tile) {
    if (task.space.predict == nullptr) {
        return 0;
    }
    const double cycles = expected_cost(task.space, task.request.parameters, task.machine, tile);
    return rounded(cost_unit(task.machine) == "ns" ? cycles / task.machine.clock_ghz : cycles);
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
        record.tried.push_back({tile.tile, rounded(tile.share * search.own_cost()), expected(task, tile.tile)});
    }
    return record;
}

/// ", .92 of its bound"; nothing where that is not known.
std::string share_of(double bound, double cost) {
    return bound > 0 && cost > 0 ? fmt::format(", {:.2f} of its bound", bound / cost) : "";
}

std::string line_of(const TuneTask &task, const Record &record, double bound) {
    return fmt::format("{}: {} of {} points, {} {}, {:.3f} of the schedule's own{}", task.layer.name,
                       to_string(record.tile), record.points, record.cost, record.unit,
                       record.cost / record.default_cost, share_of(bound, record.cost));
}

/// What the schedule's model chose; nothing was measured.
Record record_of_model(const TuneTask &task, const TargetFacts &target) {
    Record record = record_for(task.request, task.space, target);
    record.origin = "model";
    return record;
}

/// Adds a kernel's record and tells of it; `bound` is its least cost, 0 where that is not known.
using Keep = std::function<void(const TuneTask &, const Record &, double bound)>;
/// Tells how far a search is.
using Tell = std::function<void(const std::string &)>;

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
            keep(*tasks[i], *record, 0);
        }
        return record != nullptr;
    };
    tune_on_workers({options.scheduler, options.points, options.seconds}, layers, target, tools, take);
}

/// Tunes the kernels on this machine, in turn.
void tune_here(const std::vector<const TuneTask *> &tasks, const TuneOptions &options, const TargetFacts &target,
               const Tools &tools, const Keep &keep, const Tell &tell) {
    const auto start = std::chrono::steady_clock::now();
    for (const TuneTask *task : tasks) {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        if (options.seconds && spent.count() > *options.seconds) {
            return;
        }
        TileSearch search(*task, target, options.jobs, tools);
        search.search(options.points, [&] {
            tell(fmt::format("{}: {} tiles{}", task->layer.name, search.measured().size(),
                             share_of(task->bound, search.best_cost())));
        });
        keep(*task, record_of(*task, search, target), task->bound);
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

/// Records the model's choice for each kernel that has no record and whose schedule has a model.
void record_models(const TuneOptions &options, const TargetFacts &target, const Tools &tools) {
    const Records known(options.records, target);
    Progress progress(stdout, options.quiet);
    size_t added = 0;
    for (const TuneTask &task : tune_tasks(options.source, target, tools)) {
        if (task.space.predict != nullptr && known.find(task.request, task.space, target) == nullptr) {
            append_record(options.records, record_of_model(task, target));
            ++added;
        }
    }
    progress.say(fmt::format("{} kernels in {} by the model", added, options.records.string()));
}

} // namespace

void tune(const TuneOptions &options) {
    const TargetFacts target = find_target(options.target);
    const Tools tools = read_tools();
    if (options.points == 0) {
        record_models(options, target, tools);
        return;
    }
    cost_unit(target); // else nothing can be measured
    const std::vector<TuneTask> tasks = tune_tasks(options.source, target, tools);
    const std::vector<const TuneTask *> open = open_tasks(tasks, Records(options.records, target), target);
    Progress progress(stdout, options.quiet);
    size_t done = tasks.size() - open.size(), added = 0;
    const Keep keep = [&](const TuneTask &task, const Record &found, double bound) {
        append_record(options.records, found);
        progress.say(line_of(task, found, bound));
        progress.step(++done, tasks.size(), task.layer.name);
        ++added;
    };
    if (!options.scheduler.empty() && !open.empty()) {
        hand_out(open, options, target, tools, keep);
    } else if (!open.empty()) {
        tune_here(open, options, target, tools, keep,
                  [&](const std::string &text) { progress.at(done, tasks.size(), text); });
    }
    progress.say(
        fmt::format("{} of {} kernels in {}, {} of them new", done, tasks.size(), options.records.string(), added));
}

} // namespace nibble
