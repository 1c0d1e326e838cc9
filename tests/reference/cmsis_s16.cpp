// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/cmsis_s16.h"

#include "compiler/operators/support/quantisation.h"

namespace nibble::test {
namespace {

using operators::make_constant;

/// A layer with attributes co kh kw ci and groups; `wei` is [co][kh][kw][ci / groups].
void set_constants(const CaseFile &file, const std::vector<int8_t> &wei, const std::vector<int32_t> &multiplier,
                   const std::vector<int32_t> &shift, Layer &layer) {
    const int64_t co = layer.at("co");
    const bool wide = file.has("bias") && file.dtype("bias") == DType::s64;
    layer.rounding = wide ? Rounding::reduced16 : Rounding::double_;
    layer.attributes["acc_bits"] = wide ? 64 : 32;
    layer.constants["wei"] =
        make_constant(DType::s8, {co, layer.at("kh"), layer.at("kw"), layer.at("ci") / layer.at("groups")}, wei);
    if (wide) {
        layer.constants["bia"] = make_constant(DType::s64, {co}, file.tensor<int64_t>("bias"));
    } else {
        layer.constants["bia"] = make_constant(
            DType::s32, {co}, file.has("bias") ? file.tensor<int32_t>("bias") : std::vector<int32_t>(co, 0));
    }
    layer.constants["multiplier"] = make_constant(DType::s32, {co}, multiplier);
    layer.constants["shift"] = make_constant(DType::s32, {co}, shift);
}

/// The depthwise weights [taps][co] as [co][taps].
std::vector<int8_t> channels_first(const std::vector<int8_t> &wei, size_t co) {
    std::vector<int8_t> result;
    for (size_t o = 0; o < co; ++o) {
        for (size_t i = o; i < wei.size(); i += co) {
            result.push_back(wei[i]);
        }
    }
    return result;
}

} // namespace

void set_s16_windows(const CaseFile &file, Layer &layer) {
    layer.attributes["up_h"] = layer.attributes["up_w"] = 1;
    for (const char *zero : {"src_zero", "dst_zero", "wei_zero"}) {
        layer.attributes.erase(zero);
    }
    std::vector<int8_t> wei = file.tensor<int8_t>("weights");
    const bool depthwise = file.description().at("params").contains("ch_mult");
    layer.attributes["groups"] = depthwise ? layer.at("ci") : layer.at("ci") / file.shape("weights")[3];
    if (depthwise) {
        wei = channels_first(wei, static_cast<size_t>(layer.at("co")));
    }
    set_constants(file, wei, file.tensor<int32_t>("output_mult"), file.tensor<int32_t>("output_shift"), layer);
}

void read_s16_rows(const CaseFile &file, Layer &layer) {
    const int64_t rows = file.param("input_batches"), co = file.param("out_ch");
    layer.attributes = {{"n", 1},
                        {"h", 1},
                        {"w", rows},
                        {"ci", file.param("accumulation_depth")},
                        {"oh", 1},
                        {"ow", rows},
                        {"co", co},
                        {"kh", 1},
                        {"kw", 1},
                        {"groups", 1},
                        {"stride_h", 1},
                        {"stride_w", 1},
                        {"dilation_h", 1},
                        {"dilation_w", 1},
                        {"up_h", 1},
                        {"up_w", 1},
                        {"pad_top", 0},
                        {"pad_left", 0},
                        {"clamp_min", file.param("out_activation_min")},
                        {"clamp_max", file.param("out_activation_max")}};
    const auto per_channel = [&](const char *param) {
        return std::vector<int32_t>(co, static_cast<int32_t>(file.param(param)));
    };
    set_constants(file, file.tensor<int8_t>("weights"), per_channel("output_multiplier"), per_channel("output_shift"),
                  layer);
}

void set_s16_matrices(Layer &layer) {
    layer.rounding = Rounding::reduced16;
    for (const char *absent : {"lhs_zero", "rhs_zero", "dst_zero", "lhs_constant", "clamp_min", "clamp_max"}) {
        layer.attributes.erase(absent);
    }
    layer.attributes["rhs_bits"] = 16;
}

void read_s16_softmax(const CaseFile &file, Layer &layer) {
    layer.attributes = {{"rows", file.param("num_rows")},
                        {"depth", file.param("row_size")},
                        {"multiplier", file.param("input_mult")},
                        {"shift", file.param("input_left_shift")}};
}

} // namespace nibble::test
