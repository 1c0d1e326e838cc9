// SPDX-License-Identifier: Apache-2.0
#include "runtime/cpu_features.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "runtime/plan.h"

namespace {

TEST(CpuFeatures, NamesAndBitsAreABijection) {
    std::set<std::string> names;
    for (uint32_t position = 0; position < NIBBLE_CPU_FEATURE_COUNT; ++position) {
        const char *name = nibble_cpu_feature_name(position);
        ASSERT_NE(name, nullptr);
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_EQ(nibble_cpu_feature_bit(name), uint64_t{1} << position);
    }
    EXPECT_EQ(nibble_cpu_feature_name(NIBBLE_CPU_FEATURE_COUNT), nullptr);
}

TEST(CpuFeatures, UnknownNamesHaveNoBit) {
    for (const char *name : {"", "sse", "AVX2", "avx512", "avx512vnni "}) {
        EXPECT_EQ(nibble_cpu_feature_bit(name), 0u) << name;
    }
}

TEST(CpuFeatures, NothingAndTheBaselineAreSupported) {
    EXPECT_EQ(nibble_cpu_supports(0), 1);
    EXPECT_EQ(nibble_cpu_supports(NIBBLE_CPU_BIT(sse2)), 1);
}

TEST(CpuFeatures, UnknownBitsAreNotSupported) {
    EXPECT_EQ(nibble_cpu_supports(uint64_t{1} << NIBBLE_CPU_FEATURE_COUNT), 0);
    EXPECT_EQ(nibble_cpu_supports(UINT64_MAX), 0);
}

// Agreement with the host compiler's own detection, feature by feature (those that it has a name for in every version).
TEST(CpuFeatures, AgreesWithTheCompilersDetection) {
    __builtin_cpu_init();
#define EXPECT_AGREEMENT(ours, theirs)                                                                                 \
    EXPECT_EQ(nibble_cpu_supports(NIBBLE_CPU_BIT(ours)), __builtin_cpu_supports(theirs) != 0) << theirs
    EXPECT_AGREEMENT(sse2, "sse2");
    EXPECT_AGREEMENT(sse3, "sse3");
    EXPECT_AGREEMENT(ssse3, "ssse3");
    EXPECT_AGREEMENT(sse41, "sse4.1");
    EXPECT_AGREEMENT(sse42, "sse4.2");
    EXPECT_AGREEMENT(popcnt, "popcnt");
    EXPECT_AGREEMENT(avx, "avx");
    EXPECT_AGREEMENT(fma, "fma");
    EXPECT_AGREEMENT(bmi, "bmi");
    EXPECT_AGREEMENT(bmi2, "bmi2");
    EXPECT_AGREEMENT(avx2, "avx2");
    EXPECT_AGREEMENT(gfni, "gfni");
    EXPECT_AGREEMENT(avx512f, "avx512f");
    EXPECT_AGREEMENT(avx512dq, "avx512dq");
    EXPECT_AGREEMENT(avx512ifma, "avx512ifma");
    EXPECT_AGREEMENT(avx512cd, "avx512cd");
    EXPECT_AGREEMENT(avx512bw, "avx512bw");
    EXPECT_AGREEMENT(avx512vl, "avx512vl");
    EXPECT_AGREEMENT(avx512vbmi, "avx512vbmi");
    EXPECT_AGREEMENT(avx512vbmi2, "avx512vbmi2");
    EXPECT_AGREEMENT(avx512vnni, "avx512vnni");
    EXPECT_AGREEMENT(avx512bitalg, "avx512bitalg");
    EXPECT_AGREEMENT(avx512vpopcntdq, "avx512vpopcntdq");
#undef EXPECT_AGREEMENT
}

TEST(CpuFeatures, AMaskIsSupportedWhereEachBitIs) {
    uint64_t supported = 0;
    for (uint32_t position = 0; position < NIBBLE_CPU_FEATURE_COUNT; ++position) {
        uint64_t bit = uint64_t{1} << position;
        supported |= nibble_cpu_supports(bit) ? bit : 0;
    }
    EXPECT_EQ(nibble_cpu_supports(supported), 1);
    for (uint32_t position = 0; position < NIBBLE_CPU_FEATURE_COUNT; ++position) {
        uint64_t bit = uint64_t{1} << position;
        EXPECT_EQ(nibble_cpu_supports(supported | bit), (supported & bit) != 0) << nibble_cpu_feature_name(position);
    }
}

} // namespace
