// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/group_samples.h"

#include <limits>
#include <vector>

#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/sampling.h"
#include "runtime/reference/float_bits.h"

namespace nibble::operators {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Weights of 4 bits, with zero points in some groups where the layer says so.
void add_nibbles(Layer &layer) {
    std::mt19937 generator(17);
    const int64_t n = layer.at("n"), k = layer.at("k"), length = k / layer.at("groups");
    std::vector<int8_t> values;
    for (int64_t i = 0; i < n * k; ++i) {
        const int64_t zero = layer.at("wei_zeros") != 0 ? i / length * 5 % 16 - 8 : 0;
        values.push_back(static_cast<int8_t>(draw(generator, -8, 7) - zero));
    }
    layer.constants["wei"] = make_constant(DType::s8, {n, k}, values);
}

} // namespace

Layer group_layer(const std::string &name, int64_t m, int64_t k, int64_t n, const GroupForm &form) {
    const auto bits = [](float value) { return int64_t{reference::bits_of_float(value)}; };
    const bool relu6 = form.activation == "relu6", bytes = form.dst_bits == 8;
    Layer layer;
    layer.name = name;
    layer.op = "fully_connected_groups";
    layer.rounding = bytes ? Rounding::float_ : Rounding::none;
    layer.attributes = {{"u8", 0},
                        {"m", m},
                        {"k", k},
                        {"n", n},
                        {"groups", form.groups},
                        {"k_split", form.k_split},
                        {"multiplied", form.multiplied},
                        {"wei_bits", form.wei_bits},
                        {"wei_zeros", form.wei_zeros},
                        {"src_is_f32", form.src_is_f32},
                        {"src_scale_bits", bits(form.src_is_f32 ? 1.0f : 0.031f)},
                        {"src_zero", form.src_is_f32 ? 0 : -7},
                        {"dst_bits", form.dst_bits},
                        {"dst_scale_bits", bits(bytes ? 0.37f : 1.0f)},
                        {"dst_zero", bytes ? 11 : 0},
                        {"clamp_min_bits", bits(relu6 ? 0.0f : -infinity)},
                        {"clamp_max_bits", bits(relu6 ? 6.0f : infinity)}};
    layer.src = {{"src", form.src_is_f32 ? DType::f32 : DType::s8, {m, k}}};
    layer.dst = {{"dst", bytes ? DType::s8 : form.dst_bits == 16 ? DType::f16 : DType::f32, {m, n}}};
    if (form.wei_bits == 4) {
        add_nibbles(layer);
    }
    return layer;
}

void randomise_groups(Layer &layer, std::mt19937 &generator) {
    const int64_t n = layer.at("n"), groups = layer.at("groups");
    const bool multiplied = layer.at("multiplied") != 0;
    add_random_constant(layer, "wei", DType::s8, {n, layer.at("k")}, generator);
    std::vector<float> scale, bia;
    for (int64_t i = 0; i < n * (multiplied ? 1 : groups); ++i) {
        scale.push_back(static_cast<float>(draw(generator, 1000, 30000)) * 0x1p-20f);
    }
    for (int64_t o = 0; o < n; ++o) {
        bia.push_back(static_cast<float>(draw(generator, -30000, 30000)) * 0x1p-12f);
    }
    layer.constants["scale"] = make_constant(DType::f32, {n, multiplied ? 1 : groups}, scale);
    layer.constants["bia"] = make_constant(DType::f32, {n}, bia);
    if (multiplied) {
        std::vector<int8_t> multiplier;
        for (int64_t i = 0; i < n * groups; ++i) {
            multiplier.push_back(static_cast<int8_t>(draw(generator, 1, 16)));
        }
        layer.constants["group_multiplier"] = make_constant(DType::s8, {n, groups}, multiplier);
    }
}

} // namespace nibble::operators
