// SPDX-License-Identifier: Apache-2.0
#include "autotune/study_points.h"

#include "autotune/json_lines.h"
#include "model/error.h"
#include "model/json_text.h"

namespace nibble {

std::vector<PointRun> read_points(const std::filesystem::path &file) {
    std::vector<PointRun> runs;
    read_lines(file, [&](const std::string &place, const std::string &line) {
        const nlohmann::json json = parse_json(place, line);
        try {
            PointRun run;
            run.kernel = parse_record(place, json.at("kernel").dump());
            run.layer = json.at("layer").get<std::string>();
            run.kind = json.at("kind").get<std::string>();
            run.shares = json.at("shares").get<std::map<std::string, double>>();
            run.best = json.at("best").get<std::string>();
            runs.push_back(std::move(run));
        } catch (const nlohmann::json::exception &error) {
            throw Error(Finding{place, "run", error.what(), "kernel, layer, kind, shares and best"});
        }
    });
    return runs;
}

void append_points(const std::filesystem::path &file, const PointRun &run) {
    append_line(
        file,
        {{"kernel", run.kernel}, {"layer", run.layer}, {"kind", run.kind}, {"shares", run.shares}, {"best", run.best}});
}

} // namespace nibble
