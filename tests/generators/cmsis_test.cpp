// CMSIS-NN's published vectors through the kernels of every runnable target, bit for bit.
// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/cmsis_cases.h"

#include <cstdio>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/layer_run.h"

namespace nibble::test {
namespace {

/// One vector through one kernel.
struct VectorCase {
    KernelCase kernel;
    std::vector<DataSet> data; ///< one set of one call
};

/// What came of one target's kernels.
struct Total {
    size_t kernels = 0;
    size_t failed = 0;
    size_t bytes = 0;
    size_t differing_bytes = 0;
};

DataSet data_of(const CmsisCase &vector) {
    CallData call{"cmsis", vector.src, {vector.expected}};
    // The vectors have no other results; the reference's are right where its first one is.
    const std::vector<Bytes> all = reference_results(vector.layer, vector.src);
    call.expected.insert(call.expected.end(), all.begin() + 1, all.end());
    return {"cmsis", vector.layer, {std::move(call)}};
}

class CmsisKernels : public testing::TestWithParam<CmsisKind> {
protected:
    static void SetUpTestSuite() {
        for (const CmsisKind &kind : cmsis_kinds()) {
            for (const CmsisCase &vector : read_cmsis_cases(kind)) {
                for (const KernelCase &kernel : kernel_cases(vector.layer, sampled_tiles(0), 1)) {
                    kernels_.add(kernel.request, vector.name);
                    cases_[kind.folder][vector.name].push_back({kernel, {data_of(vector)}});
                }
            }
        }
        kernels_.load();
    }

    /// By kind, then by vector.
    static std::map<std::string, std::map<std::string, std::vector<VectorCase>>> cases_;
    static KernelSet kernels_;
};

std::map<std::string, std::map<std::string, std::vector<VectorCase>>> CmsisKernels::cases_;
KernelSet CmsisKernels::kernels_;

TEST_P(CmsisKernels, EqualPublishedOutputs) {
    const auto &vectors = cases_[GetParam().folder];
    EXPECT_EQ(vectors.size(), GetParam().cases);
    std::map<std::string, Total> by_target;
    for (const auto &[name, cases] : vectors) {
        for (const VectorCase &test : cases) {
            const CallReport report = run_on_data_sets(test.kernel, kernels_, test.data);
            Total &total = by_target[test.kernel.target];
            ++total.kernels;
            total.failed += report.problem.empty() ? 0 : 1;
            total.bytes += report.bytes;
            total.differing_bytes += report.differing_bytes;
            EXPECT_TRUE(report.problem.empty()) << name << ": " << report.problem;
        }
    }
    for (const TargetFacts &target : runnable_targets()) {
        const Total &total = by_target[target.name];
        EXPECT_GE(total.kernels, GetParam().cases) << target.name;
        EXPECT_EQ(total.differing_bytes, 0u) << target.name;
        fmt::print("{} on {}: {} vectors, {} kernels, {} failed, {} bytes compared, {} differ\n", GetParam().folder,
                   target.name, vectors.size(), total.kernels, total.failed, total.bytes, total.differing_bytes);
    }
    std::fflush(stdout);
}

INSTANTIATE_TEST_SUITE_P(Kinds, CmsisKernels, testing::ValuesIn(cmsis_kinds()),
                         [](const auto &kind) { return std::string(kind.param.folder); });

} // namespace
} // namespace nibble::test
