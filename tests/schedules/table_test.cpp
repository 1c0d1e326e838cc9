// The schedule table against the files and the operator table. No kernel is compiled.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "compiler/operator_table.h"
#include "compiler/target.h"
#include "schedules/directives.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

/// The name of the file that schedules an operator: its own, or one that several operators share.
std::string file_of(const std::string &op) {
    static const std::map<std::string, std::set<std::string>> shared = {
        {"binary", {"add", "maximum", "minimum", "mul", "sub"}},
        {"integer_sums", {"conv_integer", "matmul_integer"}},
        {"reals", {"arithmetic_f32", "dequantize_linear", "dynamic_quantize", "quantize_linear", "requantize_linear"}},
        {"strided_copy", {"depth_to_space", "space_to_depth", "transpose"}},
    };
    for (const auto &[file, ops] : shared) {
        if (ops.count(op) != 0) {
            return file;
        }
    }
    return op;
}

/// On GPUs operators share a file by their kind of grid.
std::string cuda_file_of(const std::string &op) {
    static const std::set<std::string> own = {
        "batch_matmul",  "conv2d", "dynamic_quantize", "fully_connected", "fully_connected_groups",
        "quantize_rows", "svdf",   "transpose_conv2d"};
    static const std::set<std::string> pieces = {"concat", "pad"};
    static const std::set<std::string> rows = {"l2_normalization", "log_softmax", "softmax", "softmax_s16"};
    return own.count(op) != 0 ? op : pieces.count(op) != 0 ? "pieces" : rows.count(op) != 0 ? "rows" : "elements";
}

/// "<family>/<file>".
std::set<std::string> rows() {
    std::set<std::string> names;
    for (const ScheduleRow &row : schedule_table()) {
        names.insert(row.family + "/" + (row.family == "cuda" ? cuda_file_of(row.op) : file_of(row.op)));
    }
    return names;
}

/// The schedule files: sources of a family's folder without a header of their own, which the parts that they share
/// have.
std::set<std::string> files() {
    std::set<std::string> names;
    for (const auto &folder : fs::directory_iterator(NIBBLE_SCHEDULES)) {
        if (!folder.is_directory()) {
            continue;
        }
        for (const auto &file : fs::directory_iterator(folder.path())) {
            fs::path header = file.path();
            if (file.path().extension() == ".cpp" && !fs::exists(header.replace_extension(".h"))) {
                names.insert(folder.path().filename().string() + "/" + file.path().stem().string());
            }
        }
    }
    return names;
}

TEST(ScheduleTable, HasARowForEachFileAndAFileForEachRow) { EXPECT_EQ(rows(), files()); }

TEST(ScheduleTable, IsSortedWithoutRepetition) {
    const auto key = [](const ScheduleRow &row) { return std::tie(row.op, row.lowering, row.family); };
    for (size_t i = 1; i < schedule_table().size(); ++i) {
        EXPECT_LT(key(schedule_table()[i - 1]), key(schedule_table()[i]));
    }
}

TEST(ScheduleTable, SchedulesLoweringsThatExist) {
    for (const ScheduleRow &row : schedule_table()) {
        const auto &table = operator_table();
        const auto op =
            std::find_if(table.begin(), table.end(), [&](const OperatorRow &o) { return o.kernel == row.op; });
        ASSERT_NE(op, table.end()) << row.op;
        EXPECT_EQ(std::count(op->lowerings.begin(), op->lowerings.end(), row.lowering), 1)
            << row.op << " has no lowering " << row.lowering;
        EXPECT_EQ(find_schedule(row.op, row.lowering, row.family), &row);
    }
}

TEST(ScheduleTable, ServesEveryOperatorOnEveryTarget) {
    for (const std::string &name : list_targets()) {
        const TargetFacts target = find_target(name);
        for (const OperatorRow &op : operator_table()) {
            const auto wanted = target.lowerings.find(op.kernel);
            const auto &lowerings = wanted == target.lowerings.end() ? op.lowerings : wanted->second;
            for (const std::string &lowering : lowerings) {
                std::string family;
                EXPECT_NO_THROW(find_tile_space(op.kernel, lowering, target, &family)) << name;
                EXPECT_TRUE(family == target.family || family == "generic") << family;
            }
        }
    }
}

TEST(ScheduleTable, RefusesWhatItDoesNotHave) {
    EXPECT_EQ(find_schedule("conv2d", "no_lowering", "generic"), nullptr);
    std::string family;
    EXPECT_THROW(find_tile_space("no_operator", "direct", find_target("generic"), &family), std::out_of_range);
}

} // namespace
} // namespace nibble
