// The reference against TFLite's own activations, layer by layer: MLPerf Tiny's networks (int8) and Halide hannk's
// layers (uint8). SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "compiler/operator_table.h"
#include "tests/reference/flat_models.h"

namespace nibble::test {
namespace {

void expect_exact(const std::string &name, const FlatLayer &flat) {
    std::vector<const void *> src;
    for (const auto &tensor : flat.src) {
        src.push_back(tensor.data());
    }
    std::vector<uint8_t> dst(static_cast<size_t>(flat.layer.dst[0].bytes()));
    find_operator(flat.layer.op)->reference(flat.layer, src, {dst.data()});
    EXPECT_EQ(fnv1a64(dst), flat.expected) << name << " " << flat.layer.op;
}

struct Network {
    const char *name;
    size_t layers;
};

class MlperfTiny : public testing::TestWithParam<Network> {};

TEST_P(MlperfTiny, ActivationsEqualTfliteLayerByLayer) {
    const std::string name = std::string("mlperf_tiny/flat/") + GetParam().name;
    const std::vector<FlatLayer> layers = read_flat_layers(name);
    EXPECT_EQ(layers.size(), GetParam().layers);
    for (const FlatLayer &layer : layers) {
        expect_exact(name, layer);
    }
}

INSTANTIATE_TEST_SUITE_P(Networks, MlperfTiny,
                         testing::Values(Network{"ad01_int8", 10}, Network{"kws_ref_model", 13},
                                         Network{"pretrainedResnet_quant", 16}),
                         [](const auto &network) { return std::string(network.param.name); });

class Hannk : public testing::TestWithParam<Network> {};

TEST_P(Hannk, ActivationsEqualTflite) {
    const std::string folder = std::string("hannk/flat/") + GetParam().name;
    size_t layers = 0;
    for (const auto &entry : std::filesystem::directory_iterator(NIBBLE_TEST_DATA "/" + folder)) {
        if (entry.path().extension() == ".json") {
            const std::string name = folder + "/" + entry.path().stem().string();
            for (const FlatLayer &layer : read_flat_layers(name)) {
                expect_exact(name, layer);
                ++layers;
            }
        }
    }
    EXPECT_EQ(layers, GetParam().layers);
}

INSTANTIATE_TEST_SUITE_P(Networks, Hannk,
                         testing::Values(Network{"mobilenet_v1_0.25_128_quant", 20},
                                         Network{"mobilenet_v1_1.0_224_quant", 14},
                                         Network{"mobilenet_v2_1.0_224_quant", 34}),
                         [](const auto &network) {
                             std::string name = network.param.name;
                             std::replace(name.begin(), name.end(), '.', '_');
                             return name;
                         });

} // namespace
} // namespace nibble::test
