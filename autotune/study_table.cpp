// SPDX-License-Identifier: Apache-2.0
#include "autotune/study_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "schedules/prediction.h"

namespace nibble {
namespace {

std::string number(const std::optional<double> &value) { return value ? fmt::format("{:.3f}", *value) : "-"; }

/// "12 (3 %), 14 (15 %) of 15": how many of the costs that are known are so near to the fastest's.
std::string near_fastest(const std::vector<StudyRow> &rows, std::optional<double> (*cost)(const StudyRow &)) {
    constexpr double near = 1.03, far = 1.15;
    int known = 0, within_near = 0, within_far = 0;
    for (const StudyRow &row : rows) {
        if (const std::optional<double> found = cost(row)) {
            ++known;
            within_near += *found <= near ? 1 : 0;
            within_far += *found <= far ? 1 : 0;
        }
    }
    return fmt::format("3 %: {}, 15 %: {} of {}", within_near, within_far, known);
}

std::optional<double> median(const std::vector<StudyRow> &rows) {
    std::vector<double> known;
    for (const StudyRow &row : rows) {
        if (row.correlation) {
            known.push_back(*row.correlation);
        }
    }
    if (known.empty()) {
        return std::nullopt;
    }
    std::sort(known.begin(), known.end());
    return known[(known.size() - 1) / 2];
}

} // namespace

StudyRow study_row(const StudiedKernel &kernel) {
    const auto [fastest, least] = kernel.fastest();
    const auto beside = [&kernel, least = least](const std::string &tile) -> std::optional<double> {
        const std::optional<double> share = kernel.share(tile);
        return share ? std::optional<double>(*share / least) : std::nullopt;
    };
    const TuneTask &task = kernel.task();
    StudyRow row;
    row.layer = task.layer.name;
    row.legal = kernel.legal();
    row.measured = kernel.measured();
    row.correlation = kernel.correlation();
    row.own = 1 / least;
    row.fastest = fastest;
    if (task.space.predict != nullptr) {
        row.chosen = kernel.choice();
        row.choice = beside(row.chosen);
        row.binding = task.space.predict(task.request.parameters, task.machine, parse_tile(row.chosen)).binding();
    }
    if (const std::string *brief = kernel.best_of(PointRun::brief)) {
        row.brief = beside(*brief);
    }
    return row;
}

std::string study_markdown(const std::vector<StudyRow> &rows) {
    std::string text = "| layer | legal | measured | rank correlation | own | model | search | binding | model's tile "
                       "| fastest tile |\n"
                       "|---|--:|--:|--:|--:|--:|--:|---|---|---|\n";
    for (const StudyRow &row : rows) {
        text += fmt::format("| {} | {} | {} | {} | {:.3f} | {} | {} | {} | {} | {} |\n", row.layer, row.legal,
                            row.measured, number(row.correlation), row.own, number(row.choice), number(row.brief),
                            row.binding, row.chosen, row.fastest);
    }
    text += fmt::format("| {} layers | | | {} | {} | {} | {} | | | |\n", rows.size(), number(median(rows)),
                        near_fastest(rows, [](const StudyRow &row) { return std::optional<double>(row.own); }),
                        near_fastest(rows, [](const StudyRow &row) { return row.choice; }),
                        near_fastest(rows, [](const StudyRow &row) { return row.brief; }));
    return text;
}

} // namespace nibble
