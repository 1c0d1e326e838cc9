// Target files: the shipped ones are read, damaged ones are refused.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/target.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "compiler/files.h"
#include "compiler/operator_table.h"
#include "model/error.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string source_folder() { return std::string(NIBBLE_TEST_DATA) + "/../../targets/"; }

class BadTarget : public testing::Test {
protected:
    TempFolder temp{fs::temp_directory_path(), "nibble-test-"};
    nlohmann::json json = nlohmann::json::parse(describe(read_target(source_folder() + "generic.json")));

    std::string refusal() {
        write_file(temp.path() / "generic.json", json.dump());
        try {
            read_target(temp.path() / "generic.json");
        } catch (const Error &error) {
            return error.what();
        }
        return "";
    }
};

TEST(Target, ShippedFilesAreRead) {
    for (const auto &file : fs::directory_iterator(source_folder())) {
        if (file.path().extension() != ".json") {
            continue;
        }
        const TargetFacts facts = read_target(file.path());
        EXPECT_EQ(facts.name, file.path().stem());
        // A program for Hexagon reads no identification registers.
        EXPECT_EQ(facts.cpu_feature_mask() == 0, facts.runtime == "hexagon");
        for (const auto &[op, lowerings] : facts.lowerings) {
            const auto &table = operator_table();
            const auto row = std::find_if(table.begin(), table.end(),
                                          [&kernel = op](const OperatorRow &r) { return r.kernel == kernel; });
            ASSERT_NE(row, table.end()) << op;
            for (const std::string &lowering : lowerings) {
                EXPECT_THAT(row->lowerings, testing::Contains(lowering));
            }
        }
    }
}

TEST_F(BadTarget, DescriptionIsAcceptedAgain) { EXPECT_EQ(refusal(), ""); }

TEST_F(BadTarget, UnknownKey) {
    json["colour"] = "red";
    EXPECT_THAT(refusal(), HasSubstr("colour"));
}

TEST_F(BadTarget, EachMissingKey) {
    const nlohmann::json whole = json;
    for (const auto &[key, value] : whole.items()) {
        json = whole;
        json.erase(key);
        EXPECT_THAT(refusal(), HasSubstr(key));
    }
}

TEST_F(BadTarget, WrongValues) {
    json["cpu_features"] = {"sse9"};
    json["clock_ghz"] = -1;
    json["memory"][0]["bytes_per_cycle"] = "fast";
    json["macs_per_cycle"]["u8s8"] = 0;
    const std::string text = refusal();
    for (const char *field : {"sse9", "clock_ghz", "memory[0].bytes_per_cycle", "macs_per_cycle.u8s8"}) {
        EXPECT_THAT(text, HasSubstr(field));
    }
}

TEST_F(BadTarget, WhatAChipHasBesideIsReadAndChecked) {
    json["vtcm"] = {{"name", "VTCM"}, {"bytes", 4096}, {"bytes_per_cycle", 128}};
    json["other_units"] = {{{"name", "engine"}, {"tops", {{"INT8", 36}}}}};
    EXPECT_THAT(refusal(), HasSubstr("unit"));
    json["unit"] = "vectors";
    EXPECT_EQ(refusal(), "");
    const TargetFacts facts = read_target(temp.path() / "generic.json");
    EXPECT_EQ(facts.vtcm.bytes, 4096);
    EXPECT_EQ(facts.other_units.at(0).tops.at("INT8"), 36);
    EXPECT_EQ(nlohmann::json::parse(describe(facts)), json);
    json["vtcm"]["bytes"] = -1;
    json["other_units"][0]["tops"]["INT8"] = "many";
    const std::string text = refusal();
    EXPECT_THAT(text, HasSubstr("vtcm, bytes"));
    EXPECT_THAT(text, HasSubstr("other_units[0].tops.INT8"));
}

TEST_F(BadTarget, NameIsTheFiles) {
    json["name"] = "other";
    EXPECT_THAT(refusal(), HasSubstr("other"));
}

} // namespace
} // namespace nibble
