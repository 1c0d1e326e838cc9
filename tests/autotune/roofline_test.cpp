// The roofline's arithmetic, on a machine with round figures. No kernel runs.
// SPDX-License-Identifier: Apache-2.0
#include "autotune/roofline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nibble {
namespace {

/// 1 GHz, 64-byte vectors, two u8s8 instructions a cycle; L1 1 KiB at 64 B, L2 64 KiB at 16 B, DRAM at 2 B a cycle.
TargetFacts round_machine() {
    TargetFacts target;
    target.name = "round";
    target.vector_bytes = 64;
    target.clock_ghz = 1;
    target.macs_per_cycle = {{"u8s8", 128}, {"s16s16", 64}};
    target.memory = {{"L1", 1024, 64}, {"L2", 65536, 16}, {"DRAM", 0, 2}};
    return target;
}

KernelWork work(int64_t macs, int64_t bytes, int64_t requantized = 0) {
    KernelWork work;
    work.macs = macs;
    work.operand_types = "u8s8";
    work.src_bytes = bytes;
    work.requantized = requantized;
    return work;
}

Bound bound(const KernelWork &work) { return bound_of(work, nominal_roofs(round_machine())); }

TEST(Roofline, NominalRoofsFollowTheTargetFile) {
    const Roofs roofs = nominal_roofs(round_machine());
    EXPECT_DOUBLE_EQ(roofs.gmacs_per_second.at("u8s8"), 128);
    EXPECT_DOUBLE_EQ(roofs.gmacs_per_second.at("s16s16"), 64);
    EXPECT_DOUBLE_EQ(roofs.gvectors_per_second, 2);
    ASSERT_EQ(roofs.memory.size(), 3u);
    EXPECT_DOUBLE_EQ(roofs.memory[1].gbytes_per_second, 16);
}

TEST(Roofline, VectorRateCountsWideOperands) {
    TargetFacts target = round_machine();
    target.macs_per_cycle = {{"s16s16", 64}}; // 32 products an instruction
    EXPECT_DOUBLE_EQ(nominal_roofs(target).gvectors_per_second, 2);
    target.macs_per_cycle = {{"f32f32", 32}}; // 16
    EXPECT_DOUBLE_EQ(nominal_roofs(target).gvectors_per_second, 2);
}

TEST(Roofline, FastestTypes) {
    EXPECT_EQ(fastest_types(round_machine()), "u8s8");
    EXPECT_EQ(fastest_types(TargetFacts()), "");
}

TEST(Roofline, ComputeBinds) {
    const Bound b = bound(work(128'000, 1000));
    EXPECT_DOUBLE_EQ(b.seconds, 1e-6);
    EXPECT_EQ(b.binding, "u8s8 MACs");
    EXPECT_EQ(b.memory_level, "L1");
}

TEST(Roofline, RequantisationAddsToCompute) {
    // 16'000 outputs: 1000 vectors of s32, four instructions each, two a cycle: 2 us beside 1 us of products.
    const Bound b = bound(work(128'000, 1000, 16'000));
    EXPECT_DOUBLE_EQ(b.seconds, 3e-6);
    EXPECT_EQ(b.binding, "requantise");
}

TEST(Roofline, PartVectorsCostAsWhole) {
    EXPECT_DOUBLE_EQ(bound(work(0, 0, 1)).requantize_seconds, bound(work(0, 0, 16)).requantize_seconds);
    EXPECT_GT(bound(work(0, 0, 17)).requantize_seconds, bound(work(0, 0, 16)).requantize_seconds);
}

TEST(Roofline, MemoryBindsAtTheNearestLevelThatHoldsAll) {
    const Bound in_l1 = bound(work(0, 1024));
    EXPECT_EQ(in_l1.binding, "L1 read");
    EXPECT_DOUBLE_EQ(in_l1.seconds, 16e-9);
    const Bound in_l2 = bound(work(0, 1025));
    EXPECT_EQ(in_l2.binding, "L2 read");
    EXPECT_DOUBLE_EQ(in_l2.seconds, 1025 / 16.0 * 1e-9);
    EXPECT_EQ(bound(work(0, 1 << 20)).binding, "DRAM read");
}

TEST(Roofline, LastLevelServesWhatNoneHolds) {
    TargetFacts target = round_machine();
    target.memory.pop_back();
    EXPECT_EQ(bound_of(work(0, 1 << 20), nominal_roofs(target)).memory_level, "L2");
    target.memory.clear();
    EXPECT_EQ(bound_of(work(128, 10), nominal_roofs(target)).binding, "u8s8 MACs");
}

TEST(Roofline, UnknownOperandTypesAreRefused) {
    KernelWork odd = work(1, 1);
    odd.operand_types = "u4s4";
    EXPECT_THROW(bound_of(odd, nominal_roofs(round_machine())), std::out_of_range);
}

TEST(Roofline, ShareAndIntensity) {
    const KernelWork some = work(128'000, 1000);
    EXPECT_DOUBLE_EQ(arithmetic_intensity(some), 128);
    EXPECT_DOUBLE_EQ(arithmetic_intensity(work(5, 0)), 0);
    EXPECT_DOUBLE_EQ(roofline_share(bound(some), 4e-6), 0.25);
    EXPECT_DOUBLE_EQ(roofline_share(bound(some), 0), 0);
}

TEST(Roofline, BoundIsMonotone) {
    double before = 0;
    for (int64_t size = 1; size < (1 << 24); size *= 3) {
        const double seconds = bound(work(size, size, size)).seconds;
        EXPECT_GT(seconds, before) << size;
        before = seconds;
    }
}

TEST(Roofline, WorkOfALayer) {
    Layer layer;
    layer.rounding = Rounding::double_;
    layer.src = {{"a", DType::s8, {2, 3}}, {"b", DType::s8, {4}}};
    layer.dst = {{"c", DType::s8, {1, 5}}};
    const KernelWork some = work_of(layer, 30, "u8s8", 100);
    EXPECT_EQ(some.src_bytes, 10);
    EXPECT_EQ(some.dst_bytes, 5);
    EXPECT_EQ(some.weight_bytes, 100);
    EXPECT_EQ(some.bytes(), 115);
    EXPECT_EQ(some.requantized, 5);
    layer.rounding = Rounding::none;
    EXPECT_EQ(work_of(layer, 0, "u8s8", 0).requantized, 0);
}

TEST(Roofline, StagedOperandsComeFromOffTheChip) {
    KernelWork some = work(0, 1024); // fits L1 without its weights
    some.weight_bytes = some.staged_bytes = 500;
    some.vtcm_bytes = 1000; // twice, for its schedule makes two passes
    const Bound b = bound(some);
    EXPECT_EQ(b.binding, "DRAM read");
    EXPECT_DOUBLE_EQ(b.seconds, (1000 / 2.0 + 1024 / 64.0) * 1e-9);
    const KernelWork read = work_of_entry(roofline_entry(some, round_machine()));
    EXPECT_EQ(read.vtcm_bytes, 1000);
    EXPECT_EQ(read.staged_bytes, 500);
}

TEST(Roofline, ManifestEntryHoldsTheWork) {
    KernelWork some = work(128'000, 1000, 16'000);
    some.dst_bytes = 7;
    some.weight_bytes = 9;
    const nlohmann::json entry = roofline_entry(some, round_machine());
    EXPECT_EQ(entry.at("macs"), 128'000);
    EXPECT_EQ(entry.at("bytes"),
              nlohmann::json({{"src", 1000}, {"dst", 7}, {"weights", 9}, {"staged", 0}, {"vtcm", 0}}));
    EXPECT_EQ(entry.at("memory"), nlohmann::json({{"level", "L1"}, {"bytes", 1016}}));
    EXPECT_EQ(entry.at("bound_us"), 3.0);
    EXPECT_EQ(entry.at("binding"), "requantise");
    EXPECT_TRUE(entry.at("measured").is_null());
    const KernelWork back = work_of_entry(entry);
    EXPECT_EQ(back.macs, some.macs);
    EXPECT_EQ(back.operand_types, some.operand_types);
    EXPECT_EQ(back.bytes(), some.bytes());
    EXPECT_EQ(back.requantized, some.requantized);
    EXPECT_THROW(work_of_entry(nlohmann::json::object()), nlohmann::json::exception);
}

} // namespace
} // namespace nibble
