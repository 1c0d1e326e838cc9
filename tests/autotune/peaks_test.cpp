// Measured peaks: what is refused and what the cache file may hold. Nothing is asserted about time.
// SPDX-License-Identifier: Apache-2.0
#include "autotune/peaks.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "autotune/machine_roofs.h"
#include "autotune/timing.h"
#include "model/error.h"

namespace nibble {
namespace {

TargetFacts target() {
    TargetFacts target;
    target.name = "some";
    target.vector_bytes = 16;
    target.clock_ghz = 2;
    target.macs_per_cycle = {{"s16s16", 16}};
    target.memory = {{"L1", 32768, 32}};
    return target;
}

ComputePeak peak(double macs_per_cycle) {
    ComputePeak peak;
    peak.operand_types = "s16s16";
    peak.instruction = "pmaddwd xmm";
    peak.macs_per_instruction = 8;
    peak.clock_ghz = 2.5;
    peak.gmacs_max = peak.gmacs_median = 2.5 * macs_per_cycle;
    return peak;
}

/// A cache folder of the test's own.
class PeaksFile : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::path(testing::TempDir()) /
                  ("nibble_peaks_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string &text) const { std::ofstream(folder_ / "peaks.json") << text; }
    nlohmann::json read() const { return nlohmann::json::parse(std::ifstream(folder_ / "peaks.json")); }

    std::filesystem::path folder_;
};

TEST(Peaks, APeakNearNominalPasses) {
    EXPECT_NO_THROW(check_compute_peak(peak(15.3), target()));
    EXPECT_NO_THROW(check_compute_peak(peak(24), target()));
}

TEST(Peaks, SoDoesAWholeNumberOfInstructionsAClock) {
    EXPECT_NO_THROW(check_compute_peak(peak(8), target())); // one port, not two
    EXPECT_NO_THROW(check_compute_peak(peak(7.7), target()));
    EXPECT_THROW(check_compute_peak(peak(12), target()), Error);
    EXPECT_THROW(check_compute_peak(peak(4), target()), Error);
}

TEST(Peaks, FactsUnderRoofsHaveTheirRates) {
    TargetFacts facts = target();
    facts.memory = {{"L1", 1024, 64}, {"DRAM", 0, 8}};
    Roofs roofs = nominal_roofs(facts);
    roofs.clock_ghz = 2;
    roofs.gmacs_per_second["s16s16"] = 16;
    roofs.memory[1].gbytes_per_second = 10;
    const TargetFacts measured = facts_under(roofs, facts);
    EXPECT_DOUBLE_EQ(measured.macs_per_cycle.at("s16s16"), 8);
    EXPECT_DOUBLE_EQ(measured.memory[1].bytes_per_cycle, 5);
    EXPECT_EQ(measured.clock_ghz, 2);
    EXPECT_EQ(measured.memory[0].bytes, 1024);
}

TEST(Peaks, ALowPeakIsRefusedWithFoundAndExpected) {
    try {
        check_compute_peak(peak(15.1), target());
        FAIL() << "not refused";
    } catch (const Error &error) {
        ASSERT_EQ(error.findings().size(), 1u);
        EXPECT_THAT(error.findings()[0].found, testing::HasSubstr("15.1"));
        EXPECT_THAT(error.findings()[0].expected, testing::HasSubstr("15.2"));
    }
}

TEST(Peaks, DescriptionNamesInstructionAndRate) {
    EXPECT_EQ(describe(peak(16)), "pmaddwd xmm 40 GMAC/s at 2.50 GHz: 16.0 MACs, 2.00 instructions per clock");
}

TEST(Peaks, BaselineLoopRunsEverywhere) {
    EXPECT_TRUE(can_measure("s16s16", 16));
    EXPECT_FALSE(can_measure("u3s5", 16));
    EXPECT_FALSE(can_measure("s16s16", 8));
    EXPECT_THROW(measure_compute_peak("u3s5", 16), Error);
    EXPECT_GT(measure_compute_peak("s16s16", 16, 1).macs_per_cycle(), 0);
}

TEST_F(PeaksFile, IsUsedWhereItKnowsThisCpu) {
    const nlohmann::json level = {{"name", "L1"}, {"bytes", 32768}, {"gbytes_per_second", 12.5}};
    write(nlohmann::json({{cpu_model(), {{"memory", {level}}}}}).dump());
    const Roofs roofs = measured_roofs(target(), peak(16), folder_);
    ASSERT_EQ(roofs.memory.size(), 1u);
    EXPECT_DOUBLE_EQ(roofs.memory[0].gbytes_per_second, 12.5);
    EXPECT_DOUBLE_EQ(roofs.gmacs_per_second.at("s16s16"), 40);
    EXPECT_DOUBLE_EQ(roofs.clock_ghz, 2.5);
}

TEST_F(PeaksFile, IsMadeAndOtherCpusAreKept) {
    write(R"({"another CPU": {"clock_ghz": 1}})");
    EXPECT_GT(measured_roofs(target(), peak(16), folder_ / ".").memory.at(0).gbytes_per_second, 0);
    const nlohmann::json file = read();
    EXPECT_TRUE(file.contains("another CPU"));
    EXPECT_EQ(file.at(cpu_model()).at("memory").at(0).at("name"), "L1");
}

TEST_F(PeaksFile, DamageIsMeasuredAnew) {
    for (const char *text : {"", "{", "[1, 2]", "null", R"({"x": 3})"}) {
        write(text);
        EXPECT_EQ(measured_roofs(target(), peak(16), folder_).memory.size(), 1u) << text;
    }
    write(nlohmann::json({{cpu_model(), {{"memory", {{{"name", "L1"}}}}}}}).dump());
    EXPECT_EQ(measured_roofs(target(), peak(16), folder_).memory.size(), 1u);
    write(nlohmann::json({{cpu_model(), 7}}).dump());
    EXPECT_EQ(measured_roofs(target(), peak(16), folder_).memory.size(), 1u);
}

TEST_F(PeaksFile, NoneIsNeeded) {
    EXPECT_EQ(measured_roofs(target(), peak(16), "").memory.size(), 1u);
    write("");
    EXPECT_EQ(measured_roofs(target(), peak(16), folder_ / "peaks.json" / "below").memory.size(), 1u);
}

TEST(Timing, SpreadIsLeastAndLowerMedian) {
    EXPECT_EQ(spread_of({}).samples, 0u);
    EXPECT_DOUBLE_EQ(spread_of({3, 1, 2}).min, 1);
    EXPECT_DOUBLE_EQ(spread_of({3, 1, 2}).median, 2);
    EXPECT_DOUBLE_EQ(spread_of({4, 3, 1, 2}).median, 2);
}

} // namespace
} // namespace nibble
