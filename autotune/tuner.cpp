// SPDX-License-Identifier: Apache-2.0
#include "autotune/tuner.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "autotune/layer_message.h"
#include "autotune/nearest_tiles.h"
#include "autotune/peaks.h"
#include "autotune/records.h"
#include "autotune/scale_out.h"
#include "bench/tile_bench.h"
#include "compiler/files.h"
#include "compiler/program.h"
#include "compiler/progress.h"
#include "model/error.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

constexpr size_t points_together = 5; ///< measured in one run, beside the schedule's own and the fastest so far
constexpr double least_gain = 0.01;   ///< what another tile has to be faster by: less is within the noise

/// Tenths: more than a clock tells.
double rounded(double cost) { return std::round(cost * 10) / 10; }

/// A kernel that is to be tuned.
struct Task {
    Layer layer;
    KernelRequest request;
    TileSpace space;
};

Program plan(const TuneOptions &options, const TargetFacts &target, const Tools &tools) {
    if (!options.model.empty()) {
        const TempFolder work(fs::temp_directory_path(), "nibble-tune-");
        return plan_model(load_model(options.model, options.import, tools, work.path()), "tune", target);
    }
    if (!options.job.empty()) {
        return plan_layers({read_layer_message(options.job)}, options.job.string(), "tune", target);
    }
    return plan_layers(typed_layers(options.layers, options.filter, options.types), options.layers.string(), "tune",
                       target);
}

/// The program's kernels that have tiles to choose from, of shapes that differ.
std::vector<Task> tasks_of(const Program &program) {
    std::vector<Task> tasks;
    std::vector<Record> keys;
    for (const CompiledLayer &layer : program.layers) {
        const KernelRequest &request = program.kernel_of(layer).request;
        const TileSpace space = find_tile_space(request.op, request.lowering, program.target, nullptr);
        const Record key = record_for(request, space, program.target);
        const auto same = [&](const Record &other) { return same_key(key, other); };
        if (std::none_of(keys.begin(), keys.end(), same) &&
            space.legal(request.parameters, program.target).size() > 1) {
            tasks.push_back({layer.layer, request, space});
            keys.push_back(key);
        }
    }
    return tasks;
}

/// The fastest of a kernel's tiles that were measured.
class Search {
public:
    Search(const Task &task, const TargetFacts &target, const TuneOptions &options, const Tools &tools)
        : task_(task), target_(target), options_(options), tools_(tools),
          tiles_(task.space.legal(task.request.parameters, target)), best_(task.request.tile) {}

    Record run() {
        measure({});
        while (known_.size() < static_cast<size_t>(options_.points)) {
            const size_t count = std::min(points_together, static_cast<size_t>(options_.points) - known_.size());
            const std::vector<Tile> next = nearest_tiles(tiles_, best_, known_, count);
            if (next.empty()) {
                break;
            }
            measure(next);
        }
        if (best_ != task_.request.tile) {
            measure({}); // the two alone: the fastest of many was lucky, too
        }
        return record();
    }

private:
    /// Measures tiles beside the schedule's own and the best so far: times of different runs don't compare.
    void measure(std::vector<Tile> tiles) {
        known_.insert(known_.end(), tiles.begin(), tiles.end());
        const Tile &own = task_.request.tile;
        for (const Tile &tile : {best_, own}) {
            if (std::find(tiles.begin(), tiles.end(), tile) == tiles.end()) {
                tiles.insert(tiles.begin(), tile);
            }
        }
        if (std::find(known_.begin(), known_.end(), own) == known_.end()) {
            known_.push_back(own);
        }
        const std::vector<TileCost> costs = cost_tiles(task_.layer, target_, tiles, options_.jobs, tools_);
        const auto cost_of = [&](const Tile &tile) {
            return std::find_if(costs.begin(), costs.end(), [&](const TileCost &other) { return other.tile == tile; });
        };
        check(costs);
        own_cost_ = cost_of(own)->cost;
        for (const TileCost &cost : costs) {
            if (cost.compiled) {
                ratios_[cost.tile] = cost.cost / own_cost_;
            }
        }
        best_cost_ = cost_of(best_)->cost;
        if (best_cost_ > own_cost_ * (1 - least_gain)) { // it was luck
            best_ = own;
            best_cost_ = own_cost_;
        }
        for (const TileCost &other : costs) {
            if (other.compiled && other.cost < best_cost_ * (1 - least_gain)) {
                best_ = other.tile;
                best_cost_ = other.cost;
            }
        }
    }

    /// No tile may change results, and the schedule's own has to compile.
    void check(const std::vector<TileCost> &costs) const {
        for (const TileCost &cost : costs) {
            const bool missing = !cost.compiled && cost.tile == task_.request.tile;
            if (missing || !cost.problem.empty()) {
                throw Error(Finding{"tune", "layer '" + task_.layer.name + "', tile " + to_string(cost.tile),
                                    missing ? "no kernel" : cost.problem, "the reference's results"});
            }
        }
    }

    Record record() const {
        KernelRequest request = task_.request;
        request.tile = best_;
        Record record = record_for(request, task_.space, target_);
        record.origin = "measured";
        record.cost = rounded(best_cost_);
        record.default_cost = rounded(own_cost_);
        record.unit = cost_unit(target_);
        record.points = static_cast<int>(known_.size());
        record.machine = target_.runner == "native" ? cpu_model() : target_.runner;
        for (const Tile &tile : known_) {
            if (const auto ratio = ratios_.find(tile); ratio != ratios_.end()) {
                record.tried.push_back({tile, rounded(ratio->second * own_cost_), 0});
            }
        }
        return record;
    }

    const Task &task_;
    const TargetFacts &target_;
    const TuneOptions &options_;
    const Tools &tools_;
    std::vector<Tile> tiles_;
    std::vector<Tile> known_;
    Tile best_;
    std::map<Tile, double> ratios_; ///< cost by the schedule's own in the last run that had the tile
    double best_cost_ = 0;
    double own_cost_ = 0;
};

std::string line_of(const Task &task, const Record &record) {
    return fmt::format("{}: {} of {} points, {} {}, {:.3f} of the schedule's own", task.layer.name,
                       to_string(record.tile), record.points, record.cost, record.unit,
                       record.cost / record.default_cost);
}

/// Adds a kernel's record and tells of it.
using Keep = std::function<void(const Task &, const Record &)>;

/// Has workers tune the kernels; theirs are the records.
void hand_out(const std::vector<const Task *> &tasks, const TuneOptions &options, const TargetFacts &target,
              const Tools &tools, const Keep &keep) {
    std::vector<const Layer *> layers;
    for (const Task *task : tasks) {
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
void tune_here(const std::vector<const Task *> &tasks, const TuneOptions &options, const TargetFacts &target,
               const Tools &tools, const Keep &keep) {
    const auto start = std::chrono::steady_clock::now();
    for (const Task *task : tasks) {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        if (options.seconds && spent.count() > *options.seconds) {
            return;
        }
        keep(*task, Search(*task, target, options, tools).run());
    }
}

/// Those that have no measured record.
std::vector<const Task *> open_tasks(const std::vector<Task> &tasks, const Records &known, const TargetFacts &target) {
    std::vector<const Task *> open;
    for (const Task &task : tasks) {
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
    const Program program = plan(options, target, tools);
    const std::vector<Task> tasks = tasks_of(program);
    const std::vector<const Task *> open = open_tasks(tasks, Records(options.records, target), target);
    Progress progress(stdout, options.quiet);
    size_t done = tasks.size() - open.size(), added = 0;
    const Keep keep = [&](const Task &task, const Record &found) {
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
