// The code of every operator as NVIDIA's assembler takes it. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "compiler/build_kernels.h"
#include "compiler/files.h"
#include "compiler/layers_file.h"
#include "compiler/operator_table.h"
#include "compiler/process.h"
#include "compiler/program.h"
#include "model/json_text.h"

namespace nibble::test {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;

struct Gpu {
    const char *target, *architecture;
};

/// A kernel's PTX, and what the assembler says of it.
struct Assembled {
    std::string layer, ptx, report;
};

/// The first layers of every operator's samples.
std::vector<Layer> sampled_layers() {
    std::vector<Layer> layers;
    for (const OperatorRow &row : operator_table()) {
        const std::vector<Layer> samples = row.sample_layers();
        layers.insert(layers.end(), samples.begin(), samples.begin() + std::min<ptrdiff_t>(2, samples.size()));
    }
    return layers;
}

std::vector<Layer> hot_layers() {
    std::vector<Layer> layers;
    for (const Layer &layer : read_layers(NIBBLE_TEST_DATA "/layers.csv")) {
        if (layer.name == "r50_3x3_64-64@56" || layer.name == "r50_1x1_512-2048@7" ||
            layer.name == "llm_4096x4096_m16" || layer.name == "llm_4096x4096_m512") {
            layers.push_back(layer);
        }
    }
    return layers;
}

std::vector<Assembled> assemble(std::vector<Layer> layers, const Gpu &gpu) {
    const TempFolder folder(fs::temp_directory_path(), "nibble-test-");
    Program program = plan_layers(std::move(layers), "test", "test", find_target(gpu.target));
    const BuildOptions options{2, true, false};
    build_kernels(program, read_tools(), KernelCache(KernelCache::default_folder()), options, folder.path(),
                  [](const Kernel &, size_t, size_t, bool) {});
    std::vector<Assembled> assembled;
    for (const Kernel &kernel : program.kernels) {
        const ProcessResult result =
            run_process({"/bin/sh", "-c",
                         std::string("\"" NIBBLE_PTXAS "\" -v -arch=") + gpu.architecture + " \"" +
                             kernel.assembly.string() + "\" -o code.cubin >report.txt 2>&1"},
                        folder.path());
        std::string report = read_file(folder.path() / "report.txt");
        EXPECT_TRUE(result.ok()) << kernel.layer << ": " << report;
        assembled.push_back({kernel.request.op + "/" + kernel.layer, read_file(kernel.assembly), std::move(report)});
    }
    return assembled;
}

class Ptx : public testing::TestWithParam<Gpu> {
protected:
    void SetUp() override {
        // The set-up installs it (requirements.txt), so that only a build of another's set-up goes without; CI never
        // does.
        if (access(NIBBLE_PTXAS, X_OK) != 0) {
            ASSERT_EQ(std::getenv("CI"), nullptr) << "found no ptxas";
            GTEST_SKIP() << "found no ptxas, expected that of requirements.txt or of a CUDA toolkit";
        }
    }
};

TEST_P(Ptx, EveryOperatorIsAccepted) {
    for (const Assembled &kernel : assemble(sampled_layers(), GetParam())) {
        EXPECT_THAT(kernel.report, HasSubstr("0 bytes spill stores, 0 bytes spill loads")) << kernel.layer;
    }
}

TEST_P(Ptx, HotKernelsMultiplyByDp4aFromSharedMemoryWithoutSpills) {
    const std::vector<Assembled> kernels = assemble(hot_layers(), GetParam());
    ASSERT_EQ(kernels.size(), 4u);
    for (const Assembled &kernel : kernels) {
        EXPECT_THAT(kernel.report, HasSubstr("0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads"))
            << kernel.layer;
        const std::string &ptx = kernel.ptx;
        EXPECT_NE(ptx.find("dp4a.s32.s32"), std::string::npos) << kernel.layer;
        EXPECT_NE(ptx.find("ld.shared"), std::string::npos) << kernel.layer;
        EXPECT_NE(ptx.find("st.shared.v"), std::string::npos) << kernel.layer;
        EXPECT_THAT(ptx, ContainsRegex("ld\\.global[.a-z]*\\.v[24]")) << kernel.layer;
        // A branch behind the first product leads back to the label before it.
        const size_t begin = ptx.find("dp4a");
        const size_t label = ptx.rfind("\n$L__BB", begin);
        ASSERT_NE(label, std::string::npos) << kernel.layer;
        const std::string name = ptx.substr(label + 1, ptx.find(':', label) - label - 1);
        EXPECT_NE(ptx.find(name + ";", begin), std::string::npos) << kernel.layer;
    }
}

INSTANTIATE_TEST_SUITE_P(Gpus, Ptx, testing::Values(Gpu{"cuda-sm80", "sm_80"}, Gpu{"cuda-sm90", "sm_90"}),
                         [](const auto &test) { return std::string(test.param.architecture); });

} // namespace
} // namespace nibble::test
