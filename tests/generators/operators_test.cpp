// Every kernel of the operator table against the reference: shape families x schedules x targets x tiles, on random
// data and on extremes, with every buffer beside a page that faults. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "compiler/choose_kernel.h"
#include "compiler/operator_table.h"
#include "tests/support/layer_run.h"

namespace nibble::test {
namespace {

/// Every so many layers have another tile sampled; NIBBLE_TEST_SWEEP asks for more.
constexpr size_t sampled_layers = 4;

/// One layer of the operator table's samples.
struct Sample {
    std::string name; ///< <operator>_<family>
    Layer layer;
    uint32_t seed; ///< of its constants, sources and tiles
};

const std::vector<Sample> &samples() {
    static const std::vector<Sample> all = [] {
        std::vector<Sample> list;
        for (const OperatorRow &row : operator_table()) {
            for (const Layer &layer : row.sample_layers()) {
                list.push_back({row.name + "_" + layer.name, layer, static_cast<uint32_t>(list.size() + 1)});
            }
        }
        return list;
    }();
    return all;
}

/// Names of the tests that the command line selects, without the suite's prefix.
std::set<std::string> selected_tests() {
    std::set<std::string> names;
    const testing::UnitTest &program = *testing::UnitTest::GetInstance();
    for (int s = 0; s < program.total_test_suite_count(); ++s) {
        const testing::TestSuite &suite = *program.GetTestSuite(s);
        for (int t = 0; t < suite.total_test_count(); ++t) {
            const std::string name = suite.GetTestInfo(t)->name();
            if (suite.GetTestInfo(t)->should_run()) {
                names.insert(name.substr(name.find('/') + 1));
            }
        }
    }
    return names;
}

class Operators : public testing::TestWithParam<size_t> {
protected:
    /// A sample's data and the kernels that must be equal to the reference on it.
    struct Work {
        std::vector<DataSet> sets;
        std::vector<KernelCase> cases;
    };

    static void SetUpTestSuite() {
        const std::set<std::string> selected = selected_tests();
        for (size_t i = 0; i < samples().size(); ++i) {
            const Sample &sample = samples()[i];
            if (selected.count(sample.name) == 0) {
                continue;
            }
            Work work;
            work.sets = make_data_sets(sample.layer, sample.seed);
            work.cases =
                kernel_cases(work.sets.front().layer, sampled_tiles(i % sampled_layers == 0 ? 1 : 0), sample.seed);
            for (const KernelCase &test : work.cases) {
                kernels_.add(test.request, sample.name);
            }
            work_[i] = std::move(work);
        }
        kernels_.load();
    }

    static KernelSet kernels_;
    static std::map<size_t, Work> work_;
};

KernelSet Operators::kernels_;
std::map<size_t, Operators::Work> Operators::work_;

TEST_P(Operators, EqualReference) {
    const Work &work = work_.at(GetParam());
    ASSERT_FALSE(work.cases.empty()) << "no schedule serves this operator";
    for (const KernelCase &test : work.cases) {
        const std::string problem = run_on_data_sets(test, kernels_, work.sets).problem;
        EXPECT_TRUE(problem.empty()) << problem << " (seed " << samples()[GetParam()].seed << ")";
    }
}

/// Samples that one of the targets can compute: all, but where NIBBLE_TEST_TARGET names a target without vectors of
/// f32.
std::vector<size_t> scalable_samples() {
    const std::vector<TargetFacts> &targets = runnable_targets();
    std::vector<size_t> scalable;
    for (size_t i = 0; i < samples().size(); ++i) {
        if (std::any_of(targets.begin(), targets.end(),
                        [i](const TargetFacts &target) { return can_scale(samples()[i].layer, target); })) {
            scalable.push_back(i);
        }
    }
    return scalable;
}

INSTANTIATE_TEST_SUITE_P(Table, Operators, testing::ValuesIn(scalable_samples()),
                         [](const auto &test) { return samples()[test.param].name; });

} // namespace
} // namespace nibble::test
