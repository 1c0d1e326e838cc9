// Kernels whose loops run as tasks: the same bytes whatever the workers and the order, and no byte from two tasks.
// SPDX-License-Identifier: Apache-2.0
//
// A tile with "tasks" (schedules/tasks.h) has them in kernels of any size. ThreadSanitizer sees the runtime's hooks,
// the contexts and the arenas' headers here, but no access of generated code; that tasks write bytes of their own is
// seen by running each alone.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "bench/worker_pool.h"
#include "compiler/operator_table.h"
#include "schedules/directives.h"
#include "tests/support/layer_run.h"
#include "tests/support/tasks_in_turn.h"

namespace nibble::test {
namespace {

constexpr uint32_t seed = 5;
constexpr size_t most_layers = 3; ///< of an operator's samples
constexpr size_t usual_sampled_tiles = 1;

struct Sample {
    std::vector<DataSet> sets;
    std::vector<KernelCase> cases;
};

/// Operators with schedules of a family that has tasks.
std::vector<std::string> operators_with_tasks() {
    std::set<std::string> kernels;
    for (const ScheduleRow &row : schedule_table()) {
        if (row.family == "x86" || row.family == "arm") {
            kernels.insert(row.op);
        }
    }
    std::vector<std::string> names;
    for (const OperatorRow &row : operator_table()) {
        if (kernels.count(row.kernel) != 0) {
            names.push_back(row.name);
        }
    }
    return names;
}

/// Sample layers that lie apart in the list, the largest, and one with steps enough for tasks where any shape is right.
std::vector<Layer> layers_of(const OperatorRow &row) {
    const std::vector<Layer> all = row.sample_layers();
    const size_t step = (all.size() + most_layers - 1) / most_layers;
    const auto largest = std::max_element(all.begin(), all.end(), [](const Layer &a, const Layer &b) {
        return a.dst.front().elements() < b.dst.front().elements();
    });
    std::vector<Layer> layers = {*largest};
    for (size_t i = 0; i < all.size(); i += step) {
        layers.push_back(all[i]);
    }
    if (row.kernel == "lookup" || row.kernel == "requantize") {
        Layer layer = all.front();
        layer.src[0].shape = layer.dst[0].shape = {16, 64};
        layer.attributes["elements"] = 16 * 64;
        layers.push_back(layer);
    }
    return layers;
}

/// The kernels of those families with tasks.
std::vector<Sample> samples_of(const std::string &op) {
    std::vector<Sample> samples;
    for (const Layer &layer : layers_of(*find_operator(op))) {
        Sample sample;
        sample.sets = make_data_sets(layer, seed);
        sample.sets.resize(1);
        for (KernelCase &test : kernel_cases(sample.sets.front().layer, sampled_tiles(usual_sampled_tiles), seed)) {
            if (test.request.schedule == "x86" || test.request.schedule == "arm") {
                test.request.tile["tasks"] = 1;
                sample.cases.push_back(test);
            }
        }
        samples.push_back(std::move(sample));
    }
    return samples;
}

class Tasks : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        samples_ = samples_of(GetParam());
        for (const Sample &sample : samples_) {
            for (const KernelCase &test : sample.cases) {
                kernels_.add(test.request, test.layer);
            }
        }
        kernels_.load();
    }

    /// Calls `check` for each kernel of this machine with a call of it and its data.
    template <typename Check>
    void for_each_native(Check &&check) {
        for (const Sample &sample : samples_) {
            for (const KernelCase &test : sample.cases) {
                const LoadedKernel &kernel = kernels_.find(test.request);
                if (kernel.entry == nullptr) {
                    continue;
                }
                SCOPED_TRACE(test.repro());
                const Layer layer = packed_as(test, sample.sets.front().layer);
                KernelCall call(kernel, layer, test.request.lowering, Placement::before_guard);
                call.set_constants(layer);
                check(call, kernel, sample.sets.front().calls.front());
            }
        }
    }

    std::vector<Sample> samples_;
    KernelSet kernels_;
};

size_t scratch_of(const LoadedKernel &kernel) { return static_cast<size_t>(kernel.facts.scratch_bytes); }

// Also in place, beside guards, on a stack of the declared size.
TEST_P(Tasks, EqualReferenceWithoutParallelFor) {
    for (const Sample &sample : samples_) {
        for (const KernelCase &test : sample.cases) {
            EXPECT_EQ(run_on_data_sets(test, kernels_, sample.sets).problem, "");
        }
    }
}

TEST_P(Tasks, EqualReferenceOnThreads) {
    for_each_native([](KernelCall &call, const LoadedKernel &kernel, const CallData &data) {
        for (const int workers : {1, 2, 7}) {
            WorkerPool pool(workers, scratch_of(kernel));
            nibble_context lent = {};
            pool.lend_to(lent);
            call.lend(&lent);
            EXPECT_EQ(call.run(data.src, data.expected).problem, "") << workers << " workers";
            EXPECT_TRUE(pool.intact());
        }
    });
}

TEST_P(Tasks, EqualReferenceInReverse) {
    int32_t most_tasks = 0;
    for_each_native([&](KernelCall &call, const LoadedKernel &kernel, const CallData &data) {
        TasksInTurn tasks(3, scratch_of(kernel));
        tasks.reversed = true;
        nibble_context lent = {};
        tasks.lend_to(lent);
        call.lend(&lent);
        EXPECT_EQ(call.run(data.src, data.expected).problem, "");
        EXPECT_TRUE(tasks.guards_intact());
        most_tasks = std::max(most_tasks, tasks.most_tasks());
    });
    EXPECT_GE(most_tasks, 2) << "no sample has tasks";
}

TEST_P(Tasks, WriteBytesOfTheirOwn) {
    for_each_native([](KernelCall &call, const LoadedKernel &kernel, const CallData &data) {
        TasksInTurn tasks(1, scratch_of(kernel));
        nibble_context lent = {};
        tasks.lend_to(lent);
        call.lend(&lent);
        std::vector<int> writers(call.outputs_over(data.src, 0).size());
        for (tasks.only = 0; tasks.only < tasks.most_tasks(); ++tasks.only) {
            const Bytes over_zeros = call.outputs_over(data.src, 0x00), over_ones = call.outputs_over(data.src, 0xFF);
            for (size_t i = 0; i < writers.size(); ++i) {
                writers[i] += over_zeros[i] == over_ones[i] ? 1 : 0;
            }
        }
        const auto shared = std::find_if(writers.begin(), writers.end(), [](int count) { return count != 1; });
        EXPECT_TRUE(shared == writers.end() || tasks.most_tasks() == 0)
            << "byte " << shared - writers.begin() << " of the outputs: written by " << *shared << " tasks, expected 1";
    });
}

TEST_P(Tasks, RefuseAWorkersArenaThatIsAByteTooSmall) {
    for_each_native([](KernelCall &call, const LoadedKernel &kernel, const CallData &data) {
        if (scratch_of(kernel) == 0) {
            return;
        }
        TasksInTurn tasks(2, scratch_of(kernel) - 1);
        nibble_context lent = {};
        tasks.lend_to(lent);
        call.lend(&lent);
        const std::string problem = call.run(data.src, data.expected).problem;
        if (tasks.most_tasks() != 0) {
            EXPECT_EQ(problem, "worker status " + std::to_string(NIBBLE_ERROR_SCRATCH_TOO_SMALL));
        }
    });
}

TEST_P(Tasks, EqualReferenceUnderEmulators) {
    for (const Sample &sample : samples_) {
        for (const KernelCase &test : sample.cases) {
            const LoadedKernel &kernel = kernels_.find(test.request);
            if (!kernel.emulated) {
                continue;
            }
            const Layer layer = packed_as(test, sample.sets.front().layer);
            KernelCall call(kernel, layer, test.request.lowering, Placement::before_guard);
            call.set_constants(layer);
            const CallData &data = sample.sets.front().calls.front();
            for (const int workers : {1, 2, 7}) {
                call.set_guest_workers(workers, workers == 2);
                EXPECT_EQ(call.run(data.src, data.expected).problem, "") << test.repro() << ", " << workers;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Operators, Tasks, testing::ValuesIn(operators_with_tasks()),
                         [](const auto &test) { return test.param; });

} // namespace
} // namespace nibble::test
