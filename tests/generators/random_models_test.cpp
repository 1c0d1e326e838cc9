// Random models through the kernels of one target of each kind, layer by layer, against the reference.
// SPDX-License-Identifier: Apache-2.0
//
// NIBBLE_TEST_MODELS=500 has so many models in place of 40; NIBBLE_TEST_MODEL=1431 that one alone.
#include "tests/support/random_model.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/program.h"
#include "tests/support/layer_run.h"

namespace nibble::test {
namespace {

constexpr uint32_t first_seed = 1000;
constexpr uint32_t usual_models = 40;
constexpr uint32_t telling_seeds[] = {1431}; ///< of models that found something: a clamp that leaves two numbers

std::set<uint32_t> seeds() {
    const auto number = [](const char *name, uint32_t usual) {
        const char *wanted = std::getenv(name);
        return wanted != nullptr ? static_cast<uint32_t>(std::strtoul(wanted, nullptr, 10)) : usual;
    };
    if (std::getenv("NIBBLE_TEST_MODEL") != nullptr) {
        return {number("NIBBLE_TEST_MODEL", first_seed)};
    }
    std::set<uint32_t> all(std::begin(telling_seeds), std::end(telling_seeds));
    for (uint32_t i = 0; i < number("NIBBLE_TEST_MODELS", usual_models); ++i) {
        all.insert(first_seed + i);
    }
    return all;
}

/// The targets that stand for their families.
std::vector<TargetFacts> chosen_targets() {
    static const std::set<std::string> names = {"arm-64-dotprod", "hexagon-64-hvx", "x86-64-avx2",
                                                "x86-64-avx512_vnni"};
    std::vector<TargetFacts> targets;
    for (const TargetFacts &target : runnable_targets()) {
        if (names.count(target.name) != 0) {
            targets.push_back(target);
        }
    }
    return targets;
}

/// One layer of a model on one target.
struct LayerCase {
    uint32_t seed;
    KernelCase kernel;
    std::vector<DataSet> data;
};

/// The layers' cases; each layer reads what the reference makes of those before it.
void add_cases(uint32_t seed, const TargetFacts &target, std::vector<LayerCase> &cases) {
    const Program program = plan_model(random_model(seed), "random", target);
    std::mt19937 generator(seed);
    std::map<int, Bytes> values;
    const Model &model = program.model;
    for (const int input : model.inputs) {
        Bytes &bytes = values[input];
        bytes.resize(static_cast<size_t>(model.tensors[static_cast<size_t>(input)].bytes()));
        const bool real = model.tensors[static_cast<size_t>(input)].dtype == DType::f32;
        std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<uint8_t>(generator() >> 24); });
        for (size_t i = 3; real && i < bytes.size(); i += 4) { // exponents near one another
            bytes[i] = static_cast<uint8_t>((bytes[i] & 0x81) | 0x3e);
        }
    }
    for (const CompiledLayer &layer : program.layers) {
        CallData call{"chain", {}, {}};
        for (const int src : layer.src) {
            call.src.push_back(values.at(src));
        }
        call.expected = reference_results(layer.layer, call.src);
        for (size_t i = 0; i < layer.dst.size(); ++i) {
            values[layer.dst[i]] = call.expected[i];
        }
        cases.push_back({seed,
                         {layer.layer.name, target.name, program.kernel_of(layer).request},
                         {{"model", layer.layer, {std::move(call)}}}});
    }
}

bool needs_f32_vectors(const Model &model) {
    return std::any_of(model.operators.begin(), model.operators.end(),
                       [](const Operator &op) { return op.rounding == Rounding::float_; }) ||
           std::any_of(model.tensors.begin(), model.tensors.end(), [](const Tensor &tensor) {
               return tensor.quantization && tensor.quantization->granularity == Granularity::per_group &&
                      tensor.quantization->group_multiplier.empty();
           });
}

TEST(RandomModels, EqualTheReferenceLayerByLayer) {
    KernelSet kernels;
    std::vector<LayerCase> cases;
    std::map<std::string, size_t> models;
    for (const uint32_t seed : seeds()) {
        const Model model = random_model(seed);
        for (const TargetFacts &target : chosen_targets()) {
            if (needs_f32_vectors(model) && target.lanes_of("f32", 2) == 1) {
                continue; // refused there
            }
            add_cases(seed, target, cases);
            ++models[target.name];
        }
    }
    for (const LayerCase &test : cases) {
        kernels.add(test.kernel.request, fmt::format("model {}, {}", test.seed, test.kernel.layer));
    }
    kernels.load();
    ASSERT_FALSE(cases.empty());
    for (const LayerCase &test : cases) {
        const CallReport report = run_on_data_sets(test.kernel, kernels, test.data);
        EXPECT_TRUE(report.problem.empty()) << "model " << test.seed << ": " << report.problem;
    }
    for (const auto &[target, count] : models) {
        fmt::print("{} random models on {}\n", count, target);
    }
}

} // namespace
} // namespace nibble::test
