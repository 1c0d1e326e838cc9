// SPDX-License-Identifier: Apache-2.0
#include "autotune/studied_kernel.h"

#include <algorithm>
#include <map>
#include <random>

#include "autotune/rank_correlation.h"
#include "autotune/ranked_tiles.h"
#include "schedules/prediction.h"

namespace nibble {
namespace {

constexpr uint32_t seed = 20261128; ///< of the drawn tiles

} // namespace

StudiedKernel::StudiedKernel(const TuneTask &task, const TargetFacts &target, const std::vector<PointRun> &runs,
                             std::filesystem::path file)
    : task_(task), target_(target), file_(std::move(file)), key_(record_for(task.request, task.space, target)),
      ranked_(ranked_tiles(task.space, task.request.parameters, task.machine)) {
    std::copy_if(runs.begin(), runs.end(), std::back_inserter(runs_),
                 [&](const PointRun &run) { return same_key(run.kernel, key_); });
}

std::vector<Tile> StudiedKernel::random_tiles(int count) const {
    std::vector<Tile> tiles = task_.space.legal(task_.request.parameters, target_);
    std::mt19937 generator(seed);
    std::shuffle(tiles.begin(), tiles.end(), generator);
    tiles.resize(std::min(tiles.size(), static_cast<size_t>(count)));
    return tiles;
}

std::vector<Tile> StudiedKernel::open(std::vector<Tile> tiles, const std::string &kind) const {
    const auto known = [&](const Tile &tile) {
        return std::any_of(runs_.begin(), runs_.end(), [&](const PointRun &run) {
            return run.kind == kind && run.shares.count(to_string(tile)) != 0;
        });
    };
    tiles.erase(std::remove_if(tiles.begin(), tiles.end(), known), tiles.end());
    return tiles;
}

std::vector<Tile> StudiedKernel::finalists(size_t fastest) const {
    std::vector<std::pair<double, std::string>> shares;
    for (const Tile &tile : ranked_) {
        const std::string name = to_string(tile);
        if (const std::optional<double> found = share(name)) {
            shares.emplace_back(*found, name);
        }
    }
    std::sort(shares.begin(), shares.end());
    shares.resize(std::min(shares.size(), fastest));
    std::vector<Tile> tiles = {ranked_.front()};
    const auto add = [&](const std::string &name) {
        const Tile tile = parse_tile(name);
        if (std::find(tiles.begin(), tiles.end(), tile) == tiles.end()) {
            tiles.push_back(tile);
        }
    };
    if (const std::string *brief = best_of(PointRun::brief)) {
        add(*brief);
    }
    for (const auto &[cost, name] : shares) {
        add(name);
    }
    return tiles;
}

const std::string *StudiedKernel::best_of(const std::string &kind) const {
    const auto run =
        std::find_if(runs_.begin(), runs_.end(), [&](const PointRun &other) { return other.kind == kind; });
    return run == runs_.end() ? nullptr : &run->best;
}

void StudiedKernel::add(const std::string &kind, const TileSearch &search) {
    PointRun run;
    run.layer = task_.layer.name;
    run.kernel = key_;
    run.kernel.origin = "measured";
    run.kernel.cost = run.kernel.default_cost = search.own_cost();
    run.kernel.unit = cost_unit(target_);
    run.kernel.points = static_cast<int>(search.measured().size());
    run.kind = kind;
    run.best = to_string(search.best());
    for (const MeasuredTile &tile : search.measured()) {
        run.shares[to_string(tile.tile)] = tile.share;
    }
    append_points(file_, run);
    runs_.push_back(std::move(run));
}

size_t StudiedKernel::measured() const {
    return static_cast<size_t>(std::count_if(ranked_.begin(), ranked_.end(),
                                             [&](const Tile &tile) { return share(to_string(tile)).has_value(); }));
}

std::optional<double> StudiedKernel::correlation() const {
    std::map<std::string, double> shares;
    for (const PointRun &run : runs_) {
        if (run.kind == PointRun::random) {
            shares.insert(run.shares.begin(), run.shares.end());
        }
    }
    if (shares.empty() || task_.space.predict == nullptr) {
        return std::nullopt;
    }
    std::vector<double> predicted, measured;
    for (const auto &[name, share] : shares) {
        predicted.push_back(expected_cost(task_.space, task_.request.parameters, task_.machine, parse_tile(name)));
        measured.push_back(share);
    }
    return rank_correlation(predicted, measured);
}

std::optional<double> StudiedKernel::share(const std::string &tile) const {
    for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
        const auto found = run->shares.find(tile);
        if (found != run->shares.end()) {
            return found->second;
        }
    }
    return std::nullopt;
}

std::pair<std::string, double> StudiedKernel::fastest() const {
    std::pair<std::string, double> fastest = {to_string(task_.request.tile), 1};
    for (const Tile &tile : ranked_) {
        const std::string name = to_string(tile);
        const std::optional<double> found = share(name);
        if (found && *found < fastest.second) {
            fastest = {name, *found};
        }
    }
    return fastest;
}

} // namespace nibble
