// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/cmsis_cases.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>

#include "compiler/operator_table.h"
#include "runtime/pack.h"
#include "tests/reference/cmsis_file.h"
#include "tests/reference/cmsis_network.h"
#include "tests/reference/cmsis_s16.h"

namespace nibble::test {
namespace {

template <typename T>
Constant constant(DType dtype, std::vector<int64_t> shape, const std::vector<T> &values) {
    const auto *bytes = reinterpret_cast<const uint8_t *>(values.data());
    return {dtype, std::move(shape), {bytes, bytes + values.size() * sizeof(T)}};
}

/// CMSIS-NN has a name and a sign of its own for most parameters.
void set_attributes(const CaseFile &file, const std::map<std::string, const char *> &names, Layer &layer) {
    for (const auto &[attribute, param] : names) {
        layer.attributes[attribute] = file.param(param);
    }
}

/// Weights of a byte each, or two to a byte.
void set_weights(const CaseFile &file, Layer &layer) {
    const auto bytes = file.tensor<int8_t>("weights");
    if (!file.packs_nibbles("weights")) {
        layer.constants["wei"] = constant(DType::s8, file.shape("weights"), bytes);
        return;
    }
    const std::vector<int64_t> shape = file.logical_shape("weights");
    const int64_t count = std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
    std::vector<int8_t> values(static_cast<size_t>(count));
    nibble_unpack_s4(reinterpret_cast<const uint8_t *>(bytes.data()), count, values.data());
    layer.constants["wei"] = constant(DType::s8, shape, values);
    layer.attributes["wei_bits"] = 4;
    layer.attributes["wei_zero_by_channel"] = 0;
}

void set_channel_constants(const CaseFile &file, int64_t channels, const std::vector<int32_t> &multiplier,
                           const std::vector<int32_t> &shift, Layer &layer) {
    const auto bia = file.has("bias") ? file.tensor<int32_t>("bias") : std::vector<int32_t>(channels, 0);
    layer.attributes["wei_zero"] = 0;
    set_weights(file, layer);
    layer.constants["bia"] = constant(DType::s32, {channels}, bia);
    layer.constants["multiplier"] = constant(DType::s32, {channels}, multiplier);
    layer.constants["shift"] = constant(DType::s32, {channels}, shift);
}

void read_convolution(const CaseFile &file, Layer &layer) {
    set_attributes(file,
                   {{"n", "input_batches"},
                    {"h", "input_h"},
                    {"w", "input_w"},
                    {"ci", "in_ch"},
                    {"oh", "output_h"},
                    {"ow", "output_w"},
                    {"co", "out_ch"},
                    {"kh", "filter_y"},
                    {"kw", "filter_x"},
                    {"stride_h", "stride_y"},
                    {"stride_w", "stride_x"},
                    {"dilation_h", "dilation_y"},
                    {"dilation_w", "dilation_x"},
                    {"pad_top", "pad_y"},
                    {"pad_left", "pad_x"},
                    {"dst_zero", "output_offset"},
                    {"clamp_min", "out_activation_min"},
                    {"clamp_max", "out_activation_max"}},
                   layer);
    layer.attributes["src_zero"] = -file.param("input_offset");
    if (layer.op == "conv2d_s16") {
        set_s16_windows(file, layer);
        return;
    }
    if (layer.op == "depthwise_conv2d") {
        layer.attributes["channel_multiplier"] = file.param("ch_mult");
    } else if (layer.op == "conv2d") {
        layer.attributes["groups"] = file.param("in_ch") / file.logical_shape("weights")[3];
    }
    set_channel_constants(file, layer.at("co"), file.tensor<int32_t>("output_mult"),
                          file.tensor<int32_t>("output_shift"), layer);
}

/// Fully connected layers are among them.
void read_s16_windows(const CaseFile &file, Layer &layer) {
    const bool windows = file.has("output_mult");
    (windows ? read_convolution : read_s16_rows)(file, layer);
}

void read_fully_connected(const CaseFile &file, Layer &layer) {
    set_attributes(file,
                   {{"m", "input_batches"},
                    {"k", "accumulation_depth"},
                    {"n", "out_ch"},
                    {"dst_zero", "output_offset"},
                    {"clamp_min", "out_activation_min"},
                    {"clamp_max", "out_activation_max"}},
                   layer);
    layer.attributes["src_zero"] = -file.param("input_offset");
    const auto per_channel = [&](const char *param) {
        return std::vector<int32_t>(layer.at("n"), static_cast<int32_t>(file.param(param)));
    };
    set_channel_constants(file, layer.at("n"), per_channel("output_multiplier"), per_channel("output_shift"), layer);
}

void read_pool(const CaseFile &file, Layer &layer) {
    set_attributes(file,
                   {{"n", "batch_size"},
                    {"h", "input_h"},
                    {"w", "input_w"},
                    {"c", "input_c"},
                    {"oh", "output_h"},
                    {"ow", "output_w"},
                    {"kh", "filter_h"},
                    {"kw", "filter_w"},
                    {"stride_h", "stride_h"},
                    {"stride_w", "stride_w"},
                    {"pad_top", "padding_h"},
                    {"pad_left", "padding_w"},
                    {"clamp_min", "activation_min"},
                    {"clamp_max", "activation_max"}},
                   layer);
}

void read_batch_matmul(const CaseFile &file, Layer &layer) {
    set_attributes(file,
                   {{"m", "output_rows"},
                    {"n", "output_cols"},
                    {"adj_x", "adj_x"},
                    {"adj_y", "adj_y"},
                    {"d1", "output_batch"},
                    {"d2", "output_height"},
                    {"a1", "lhs_batch"},
                    {"a2", "lhs_height"},
                    {"b1", "rhs_batch"},
                    {"b2", "rhs_height"},
                    {"multiplier", "output_multiplier"},
                    {"shift", "output_shift"},
                    {"dst_zero", "output_offset"},
                    {"clamp_min", "activation_min"},
                    {"clamp_max", "activation_max"}},
                   layer);
    layer.attributes["k"] = file.param(layer.at("adj_x") != 0 ? "lhs_rows" : "lhs_cols");
    layer.attributes["lhs_zero"] = -file.param("lhs_offset");
    layer.attributes["rhs_zero"] = -file.param("rhs_offset");
    for (const char *outer : {"d0", "a0", "b0"}) {
        layer.attributes[outer] = 1;
    }
    for (const char *constant : {"lhs_constant", "rhs_constant"}) {
        layer.attributes[constant] = 0;
    }
    if (layer.op == "batch_matmul_s16") {
        set_s16_matrices(layer);
    }
}

/// Operands of one shape.
void set_pair(const CaseFile &file, Layer &layer) {
    layer.attributes["src0_constant"] = 0;
    layer.attributes["src1_constant"] = 0;
    for (const char *outer : {"d0", "d1", "d2", "a0", "a1", "a2", "b0", "b1", "b2"}) {
        layer.attributes[outer] = 1;
    }
    for (const char *inner : {"d3", "a3", "b3"}) {
        layer.attributes[inner] = file.param("dst_size");
    }
}

void set_pair_quantisation(const CaseFile &file, Layer &layer) {
    set_attributes(
        file, {{"dst_zero", "output_offset"}, {"clamp_min", "out_activation_min"}, {"clamp_max", "out_activation_max"}},
        layer);
    layer.attributes["src0_zero"] = -file.param("input1_offset");
    layer.attributes["src1_zero"] = -file.param("input2_offset");
}

void read_add(const CaseFile &file, Layer &layer) {
    set_attributes(file,
                   {{"left_shift", "left_shift"},
                    {"src0_multiplier", "input1_mult"},
                    {"src0_shift", "input1_shift"},
                    {"src1_multiplier", "input2_mult"},
                    {"src1_shift", "input2_shift"},
                    {"dst_multiplier", "output_mult"},
                    {"dst_shift", "output_shift"}},
                   layer);
    set_pair_quantisation(file, layer);
    set_pair(file, layer);
}

void read_mul(const CaseFile &file, Layer &layer) {
    set_attributes(file, {{"multiplier", "output_mult"}, {"shift", "output_shift"}}, layer);
    set_pair_quantisation(file, layer);
    set_pair(file, layer);
}

/// A case's name begins with its operator's.
void read_maximum_minimum(const CaseFile &file, Layer &layer) {
    set_pair(file, layer);
    layer.op = layer.name.substr(0, layer.name.find('_'));
    for (const auto &[tensor, prefix] :
         {std::pair{"input_tensor_1", "a"}, std::pair{"input_tensor_2", "b"}, std::pair{"output_ref", "d"}}) {
        const std::vector<int64_t> shape = file.shape(tensor);
        for (size_t i = 0; i < shape.size(); ++i) {
            layer.attributes[prefix + std::to_string(i)] = shape[i];
        }
    }
}

void set_dimensions(char letter, const std::vector<int64_t> &values, Layer &layer) {
    for (size_t d = 0; d < values.size(); ++d) {
        layer.attributes[letter + std::to_string(d)] = values[d];
    }
}

void read_pad(const CaseFile &file, Layer &layer) {
    set_attributes(
        file,
        {{"value", "pad_value"}, {"b0", "pre_pad_n"}, {"b1", "pre_pad_h"}, {"b2", "pre_pad_w"}, {"b3", "pre_pad_c"}},
        layer);
    layer.attributes["bits"] = 8;
    set_dimensions('s', file.shape("input"), layer);
    set_dimensions('d', file.shape("output_ref"), layer);
}

void read_transpose(const CaseFile &file, Layer &layer) {
    std::vector<int64_t> shape = file.shape("input"), permutation = file.params("perm");
    for (; shape.size() < 6; shape.insert(shape.begin(), 1)) {
        std::for_each(permutation.begin(), permutation.end(), [](int64_t &d) { ++d; });
        permutation.insert(permutation.begin(), 0);
    }
    layer.attributes["bits"] = 8;
    set_dimensions('s', shape, layer);
    set_dimensions('p', permutation, layer);
}

void read_softmax(const CaseFile &file, Layer &layer) {
    set_attributes(file,
                   {{"rows", "num_rows"},
                    {"depth", "row_size"},
                    {"multiplier", "input_mult"},
                    {"shift", "input_left_shift"},
                    {"diff_min", "diff_min"}},
                   layer);
    layer.attributes["dst_bits"] = bits_of(file.dtype("output_ref"));
}

void read_svdf(const CaseFile &file, Layer &layer) {
    set_attributes(file,
                   {{"n", "input_batches"},
                    {"k", "input_size"},
                    {"rank", "rank"},
                    {"memory", "time_batches"},
                    {"src_zero", "input_offset"},
                    {"dst_zero", "output_offset"},
                    {"feature_multiplier", "multiplier_in"},
                    {"feature_shift", "shift_1"},
                    {"multiplier", "multiplier_out"},
                    {"shift", "shift_2"},
                    {"clamp_min", "out_activation_min"},
                    {"clamp_max", "out_activation_max"}},
                   layer);
    const int64_t filters = file.param("feature_batches");
    layer.attributes["units"] = filters / layer.at("rank");
    layer.attributes["state_bits"] = bits_of(file.dtype("state"));
    layer.attributes["state_zero"] = 0;
    layer.constants["wei"] = {DType::s8, {filters, layer.at("k")}, file.bytes("weights_feature")};
    layer.constants["time"] = {file.dtype("weights_time"), {filters, layer.at("memory")}, file.bytes("weights_time")};
    layer.constants["bia"] = constant(DType::s32, {layer.at("units")}, file.tensor<int32_t>("biases"));
}

/// A sequence of sources goes through the layer; all but its last step are the reference's, for the state they leave.
void set_last_step(const CaseFile &file, CmsisCase &result) {
    Layer &layer = result.layer;
    const LayerTensor state = {"state", file.dtype("state"), {layer.at("n"), file.shape("state")[0] / layer.at("n")}};
    layer.src = {{"src", DType::s8, {layer.at("n"), layer.at("k")}}, state};
    layer.dst = {{"dst", DType::s8, {layer.at("n"), layer.at("units")}}, state};
    const std::vector<uint8_t> sequence = file.bytes("input_sequence");
    std::vector<uint8_t> before = file.bytes("state"), dst(layer.dst[0].bytes());
    const int64_t step = layer.src[0].bytes(), last = static_cast<int64_t>(sequence.size()) - step;
    for (int64_t at = 0; at < last; at += step) {
        std::vector<uint8_t> next(before.size());
        find_operator("svdf")->reference(layer, {sequence.data() + at, before.data()}, {dst.data(), next.data()});
        before = next;
    }
    result.src = {{sequence.begin() + last, sequence.end()}, before};
}

/// Rows of 8 and of 16 bits.
bool has_bits(const std::string &op) {
    static const std::set<std::string> ops = {"add", "average_pool2d", "max_pool2d", "maximum", "minimum", "mul"};
    return ops.count(op) != 0;
}

void read_layer(const CaseFile &file, Layer &layer) {
    static const std::map<std::string, void (*)(const CaseFile &, Layer &)> readers = {
        {"add", read_add},
        {"average_pool2d", read_pool},
        {"batch_matmul", read_batch_matmul},
        {"batch_matmul_s16", read_batch_matmul},
        {"conv2d", read_convolution},
        {"conv2d_s16", read_s16_windows},
        {"depthwise_conv2d", read_convolution},
        {"fully_connected", read_fully_connected},
        {"max_pool2d", read_pool},
        {"maximum", read_maximum_minimum},
        {"mul", read_mul},
        {"pad", read_pad},
        {"softmax", read_softmax},
        {"softmax_s16", read_s16_softmax},
        {"svdf", read_svdf},
        {"transpose", read_transpose},
        {"transpose_conv2d", read_convolution},
    };
    readers.at(layer.op)(file, layer);
    layer.attributes["u8"] = 0;
    if (has_bits(layer.op)) {
        layer.attributes["bits"] = bits_of(file.dtype("output_ref"));
    }
}

CmsisCase read_case(const CmsisKind &kind, const std::string &op, const CaseFile &file) {
    CmsisCase result;
    result.name = std::string(kind.folder) + "/" + file.name();
    result.layer.name = file.name();
    result.layer.op = op;
    static const std::set<std::string> unrounded = {"average_pool2d", "max_pool2d", "maximum", "pad", "transpose"};
    result.layer.rounding = unrounded.count(result.layer.op) != 0 ? Rounding::none : Rounding::double_;
    read_layer(file, result.layer);
    for (const char *input :
         {"input", "input1", "input2", "input_tensor_1", "input_tensor_2", "lhs_input_tensor", "rhs_input_tensor"}) {
        if (file.has(input)) {
            result.layer.src.push_back({input, file.dtype(input), file.shape(input)});
            result.src.push_back(file.bytes(input));
        }
    }
    result.layer.dst = {{"output_ref", file.dtype("output_ref"), file.shape("output_ref")}};
    result.expected = file.bytes("output_ref");
    if (result.layer.op == "svdf") {
        set_last_step(file, result);
    }
    return result;
}

/// A network's layers: each reads what the reference makes of those before it, and the last has the published output.
std::vector<CmsisCase> read_network(const CmsisKind &kind, const CaseFile &file) {
    std::vector<CmsisCase> cases;
    std::vector<uint8_t> activation = file.bytes("input");
    for (const NetworkLayer &layer : network_layers(file)) {
        CmsisCase next = read_case(kind, layer.op, layer.file);
        next.src = {activation};
        activation.assign(static_cast<size_t>(next.layer.dst[0].bytes()), 0);
        find_operator(layer.op)->reference(next.layer, {next.src[0].data()}, {activation.data()});
        next.expected = activation;
        cases.push_back(std::move(next));
    }
    cases.back().expected = file.bytes("output_ref");
    return cases;
}

} // namespace

const std::vector<CmsisKind> &cmsis_kinds() {
    static const std::vector<CmsisKind> kinds = {
        {"add_s16", "add", 1},
        {"add_s8", "add", 1},
        {"avgpool_s16", "average_pool2d", 4},
        {"avgpool_s8", "average_pool2d", 4},
        {"batch_matmul_s16", "batch_matmul_s16", 5},
        {"batch_matmul_s8", "batch_matmul", 4},
        {"convolve_s16", "conv2d_s16", 10},
        {"convolve_s4", "conv2d", 19},
        {"convolve_s8", "conv2d", 19},
        {"depthwise_conv_s16", "conv2d_s16", 10},
        {"depthwise_conv_s4", "depthwise_conv2d", 7},
        {"depthwise_conv_s8", "depthwise_conv2d", 9},
        {"fully_connected_s16", "conv2d_s16", 3},
        {"fully_connected_s4", "fully_connected", 4},
        {"fully_connected_s8", "fully_connected", 5},
        {"grouped_convolve_s8", "conv2d", 3},
        {"maximum_minimum_s8", "maximum", 14},
        {"maxpool_s16", "max_pool2d", 3},
        {"maxpool_s8", "max_pool2d", 6},
        {"mul_s16", "mul", 2},
        {"mul_s8", "mul", 1},
        {"network_ds_cnn", nullptr, 12},
        {"pad_s8", "pad", 2},
        {"reverse_transpose_conv_s8", "transpose_conv2d", 4},
        {"softmax_s16", "softmax_s16", 1},
        {"softmax_s8", "softmax", 1},
        {"softmax_s8_s16", "softmax", 1},
        {"svdf_s8", "svdf", 2},
        {"svdf_state_s16_s8", "svdf", 4},
        {"transpose_conv_s8", "transpose_conv2d", 3},
        {"transpose_s8", "transpose", 10},
    };
    return kinds;
}

std::vector<CmsisCase> read_cmsis_cases(const CmsisKind &kind) {
    std::vector<std::filesystem::path> files;
    const auto folder = std::filesystem::path(NIBBLE_TEST_DATA) / "cmsis_nn" / "cases" / kind.folder;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".json") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<CmsisCase> cases;
    for (const auto &path : files) {
        const CaseFile file(path);
        if (kind.op == nullptr) {
            return read_network(kind, file);
        }
        cases.push_back(read_case(kind, kind.op, file));
    }
    return cases;
}

} // namespace nibble::test
