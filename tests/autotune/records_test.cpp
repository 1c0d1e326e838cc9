// Records: kept whole, found again, refused where they are damaged, left out where they are old.
// SPDX-License-Identifier: Apache-2.0
#include "autotune/records.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/files.h"
#include "model/error.h"
#include "model/json_text.h"

namespace nibble {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class RecordsTest : public ::testing::Test {
protected:
    TempFolder folder{std::filesystem::temp_directory_path(), "nibble-test-"};
    TargetFacts target = find_target("generic");
    KernelRequest request = small_request();

    std::filesystem::path file() const { return folder.path() / "generic.jsonl"; }

    TileSpace space() const { return find_tile_space(request.op, request.lowering, target, nullptr); }

    Tile other_tile() const {
        for (const Tile &tile : space().legal(request.parameters, target)) {
            if (tile != request.tile) {
                return tile;
            }
        }
        return {};
    }

    Record measured(const Tile &tile) const {
        KernelRequest tuned = request;
        tuned.tile = tile;
        Record record = record_for(tuned, space(), target);
        record.origin = "measured";
        record.unit = "ns";
        record.cost = 12.5;
        record.default_cost = 25;
        record.points = 3;
        record.machine = "a machine";
        record.tried = {{request.tile, 25, 24.5}, {tile, 12.5, 0}};
        return record;
    }

    std::string problem() const {
        try {
            Records(folder.path(), target);
        } catch (const Error &error) {
            return error.what();
        }
        return "";
    }

private:
    KernelRequest small_request() const {
        KernelRequest small;
        small.op = "requantize";
        small.lowering = "direct";
        small.parameters = {{"elements", 1000}, {"src_bits", 8},     {"dst_bits", 8},
                            {"src_zero", 3},    {"clamp_min", -128}, {"clamp_max", 127}};
        const TileSpace tiles = find_tile_space(small.op, small.lowering, target, &small.schedule);
        small.tile = tiles.preferred(small.parameters, target);
        return small;
    }
};

TEST_F(RecordsTest, ComeBackAsTheyWereAdded) {
    ASSERT_FALSE(other_tile().empty());
    append_record(folder.path() / "made", measured(other_tile()));
    const Records records(folder.path() / "made", target);
    const Record *found = records.find(request, space(), target);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(nlohmann::json(*found), nlohmann::json(measured(other_tile())));
    const TileChoice choice = tiles_of(records)(request, space(), target);
    EXPECT_EQ(choice.tile, other_tile());
    EXPECT_EQ(choice.origin, "record");
    ASSERT_TRUE(choice.measured);
    EXPECT_EQ(choice.measured->cost, 12.5);
    ASSERT_EQ(choice.measured->tried.size(), 2u);
    EXPECT_EQ(choice.measured->tried[0].tile, request.tile);
    EXPECT_EQ(choice.measured->tried[0].predicted, 24.5);
    EXPECT_EQ(choice.measured->tried[1].cost, 12.5);
}

TEST_F(RecordsTest, ServeOtherNumbersOfTheSameShapeAlone) {
    append_record(folder.path(), measured(other_tile()));
    const Records records(folder.path(), target);
    request.parameters["src_zero"] = -7;
    EXPECT_NE(records.find(request, space(), target), nullptr);
    request.parameters["elements"] = 1001;
    EXPECT_EQ(records.find(request, space(), target), nullptr);
    EXPECT_EQ(tiles_of(records)(request, space(), target).origin, "default");
}

TEST_F(RecordsTest, LaterLinesReplaceEarlierOnesAndOtherFoldersFillIn) {
    append_record(folder.path(), measured(request.tile));
    append_record(folder.path(), measured(other_tile()));
    append_record(folder.path() / "others", measured(request.tile));
    Records records(folder.path(), target);
    records.add(Records(folder.path() / "others", target));
    EXPECT_EQ(records.find(request, space(), target)->tile, other_tile());
}

TEST_F(RecordsTest, OfOtherVersionsAreCountedAndLeftOut) {
    Record old = measured(other_tile());
    old.compiler = "halide 20.0.0";
    append_record(folder.path(), old);
    old = measured(other_tile());
    old.version += 1;
    append_record(folder.path(), old);
    const Records records(folder.path(), target);
    EXPECT_EQ(records.stale(), 2u);
    EXPECT_EQ(records.find(request, space(), target), nullptr);
}

TEST_F(RecordsTest, WithATileThatIsNotLegalCountForNothing) {
    append_record(folder.path(), measured({{"no_such_parameter", 1}}));
    EXPECT_EQ(Records(folder.path(), target).find(request, space(), target), nullptr);
}

TEST_F(RecordsTest, DamagedLinesAreNamedByFileAndLine) {
    append_record(folder.path(), measured(other_tile()));
    const std::string line = read_file(file());
    for (const std::string &damaged : {line.substr(0, line.size() / 2), std::string("[]"), std::string("{}"),
                                       "{\"more\":1," + line.substr(1, line.size() - 2)}) {
        write_file(file(), line + damaged + "\n" + line);
        EXPECT_THAT(problem(), AllOf(HasSubstr(file().string()), HasSubstr("line 2"), HasSubstr("expected")));
    }
}

TEST_F(RecordsTest, MayLackWhatWasTriedButNotHaveItWrong) {
    nlohmann::json line = measured(other_tile());
    line.erase("tried");
    write_file(file(), line.dump() + "\n");
    ASSERT_NE(Records(folder.path(), target).find(request, space(), target), nullptr);
    EXPECT_TRUE(tiles_of(Records(folder.path(), target))(request, space(), target).measured->tried.empty());
    for (const char *damaged : {"7", "[7]", R"([["mr=8"]])", R"([["mr", 1, 1]])", R"([["mr=8", 1, -1]])",
                                R"([["mr=8", 1, 1, 1]])", R"([["mr=8", "1", 1]])"}) {
        line["tried"] = nlohmann::json::parse(damaged);
        write_file(file(), line.dump() + "\n");
        EXPECT_THAT(problem(), AllOf(HasSubstr("line 1"), HasSubstr("tried"), HasSubstr("expected"))) << damaged;
    }
}

TEST_F(RecordsTest, OfAnotherTargetAreRefused) {
    Record foreign = measured(other_tile());
    foreign.target = "arm-64";
    append_record(folder.path(), foreign);
    std::filesystem::rename(folder.path() / "arm-64.jsonl", file());
    EXPECT_THAT(problem(), AllOf(HasSubstr("line 1"), HasSubstr("arm-64"), HasSubstr("generic")));
}

TEST_F(RecordsTest, ALineThatAKilledSearchLeftIsNoRecordAndIsWrittenOver) {
    append_record(folder.path(), measured(request.tile));
    std::ofstream(file(), std::ios::app) << "{\"target\":\"gene";
    EXPECT_NE(Records(folder.path(), target).find(request, space(), target), nullptr);
    append_record(folder.path(), measured(other_tile()));
    EXPECT_EQ(Records(folder.path(), target).find(request, space(), target)->tile, other_tile());
}

TEST_F(RecordsTest, AFolderThatCannotBeWrittenIsNamed) {
    try {
        append_record("/proc/nibble", measured(request.tile));
        FAIL() << "expected an Error";
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), HasSubstr("/proc/nibble"));
    }
}

} // namespace
} // namespace nibble
