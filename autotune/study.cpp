// SPDX-License-Identifier: Apache-2.0
#include "autotune/study.h"

#include <algorithm>

#include "autotune/studied_kernel.h"
#include "autotune/study_table.h"
#include "autotune/tile_search.h"
#include "bench/tile_program.h"
#include "compiler/files.h"
#include "compiler/progress.h"

namespace nibble {
namespace {

constexpr size_t tiles_together = 20; ///< of a run
constexpr int short_points = 16;      ///< tune's own number
constexpr size_t finalists = 3;       ///< the fastest so far, which the last run measures again

using Tiles = std::vector<Tile>;

/// The tiles in pieces of a run each.
std::vector<Tiles> runs_of(const Tiles &tiles) {
    std::vector<Tiles> runs;
    for (size_t i = 0; i < tiles.size(); ++i) {
        if (i % tiles_together == 0) {
            runs.emplace_back();
        }
        runs.back().push_back(tiles[i]);
    }
    return runs;
}

/// Measures what is missing of a kernel.
class Study {
public:
    Study(const StudyOptions &options, const TargetFacts &target, const Tools &tools, StudiedKernel &kernel)
        : options_(options), target_(target), tools_(tools), kernel_(kernel) {}

    /// Into the cache of kernels.
    void build() const {
        for (Tiles tiles : runs_of(kernel_.open(kernel_.random_tiles(options_.random), PointRun::random))) {
            const TempFolder work(std::filesystem::temp_directory_path(), "nibble-study-");
            tiles.insert(tiles.begin(), kernel_.task().request.tile);
            compile_tiles(kernel_.task().layer, target_, tiles, options_.jobs, tools_, work);
        }
    }

    void measure() {
        measure_tiles(kernel_.random_tiles(options_.random), PointRun::random);
        if (options_.search > 0) {
            search(options_.search, PointRun::search);
            search(short_points, PointRun::brief);
            measure_tiles(kernel_.finalists(finalists), PointRun::last);
        }
    }

private:
    void measure_tiles(const Tiles &tiles, const std::string &kind) {
        for (const Tiles &run : runs_of(kernel_.open(tiles, kind))) {
            TileSearch search = new_search();
            search.measure(run);
            kernel_.add(kind, search);
        }
    }

    void search(int points, const std::string &kind) {
        if (kernel_.best_of(kind) == nullptr) {
            TileSearch search = new_search();
            search.search(points);
            kernel_.add(kind, search);
        }
    }

    TileSearch new_search() const { return {kernel_.task(), target_, options_.jobs, tools_}; }

    const StudyOptions &options_;
    const TargetFacts &target_;
    const Tools &tools_;
    StudiedKernel &kernel_;
};

std::filesystem::path file_of(const StudyOptions &options, const TargetFacts &target) {
    return options.points / (target.name + ".jsonl");
}

} // namespace

void measure_study(const StudyOptions &options) {
    const TargetFacts target = find_target(options.target);
    cost_unit(target); // else nothing can be measured
    const Tools tools = read_tools();
    const std::vector<TuneTask> tasks = tune_tasks(options.source, target, tools);
    const std::filesystem::path file = file_of(options, target);
    const std::vector<PointRun> runs = read_points(file);
    Progress progress(stdout, options.quiet);
    size_t done = 0;
    for (const TuneTask &task : tasks) {
        StudiedKernel kernel(task, target, runs, file);
        Study study(options, target, tools, kernel);
        options.build_only ? study.build() : study.measure();
        progress.step(++done, tasks.size(), task.layer.name);
    }
}

std::string study_table(const StudyOptions &options) {
    const TargetFacts target = find_target(options.target);
    const std::filesystem::path file = file_of(options, target);
    const std::vector<PointRun> runs = read_points(file);
    std::vector<StudyRow> rows;
    for (const TuneTask &task : tune_tasks(options.source, target, read_tools())) {
        rows.push_back(study_row(StudiedKernel(task, target, runs, file)));
    }
    return study_markdown(rows);
}

} // namespace nibble
