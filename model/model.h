// The unified quantised representation: what every importer writes and the compiler reads.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace nibble {

enum class DType { s4, u4, s8, u8, s16, u16, s32, s64, f16, f32 };

const char *to_string(DType);
std::optional<DType> dtype_from_string(const std::string &);
/// Width of one element in bits (4 for s4 and u4).
int bits_of(DType);

enum class Granularity { per_tensor, per_channel, per_group };

/// real = scale * (q - zero_point), one pair for the tensor, for each channel along `axis`, or for each group. Where
/// groups have multipliers, real = scale * group_multiplier * (q - zero_point) with a scale for each index of the first
/// dimension, and no zero points but the type's middle.
struct Quantization {
    std::vector<float> scale;
    std::vector<int32_t> zero_point;
    std::vector<int32_t> group_multiplier; ///< per_group only: 1 to 16, one for each group; may be empty
    Granularity granularity = Granularity::per_tensor;
    int axis = 0;       ///< per_channel, per_group: the dimension that the scales run along
    int group_size = 0; ///< per_group only
    bool symmetric = false;
    std::optional<std::string> calibration_method;
    std::optional<std::pair<float, float>> range;
};

/// Dense, outermost dimension first. `data` is empty for activations; s4 and u4 are packed two to a byte, low nibble
/// first.
struct Tensor {
    std::string name;
    std::vector<int64_t> shape;
    std::string layout; ///< e.g. "NHWC", "OHWI", "1HWO", "OI"; empty where no order is meant
    DType dtype = DType::s8;
    std::optional<Quantization> quantization;
    std::vector<uint8_t> data;

    bool is_constant() const { return !data.empty(); }
    int64_t elements() const;
    int64_t bytes() const;
};

/// How an operator rounds when it requantises (docs/numerics.md).
enum class Rounding { none, double_, single, float_, reduced16 };

const char *to_string(Rounding);
std::optional<Rounding> rounding_from_string(const std::string &);

/// One operator. Tensors by index into Model::tensors, -1 for an optional input that is absent.
struct Operator {
    std::string type; ///< a name of the operator table: "conv2d", "add", ...
    std::string name; ///< unique; a C identifier
    std::vector<int> inputs;
    std::vector<int> outputs;
    nlohmann::json attributes = nlohmann::json::object();
    Rounding rounding = Rounding::none;
    int k_split = 1;
};

struct Model {
    std::string source; ///< the file that messages name
    std::vector<Tensor> tensors;
    std::vector<Operator> operators;
    std::vector<int> inputs; ///< graph inputs without data, in the model's order
    std::vector<int> outputs;
    std::vector<std::string> warnings; ///< what its importer said of it, without the file's name; not stored
};

/// Reads `folder`/model.json and weights.safetensors and checks them. Throws Error with every finding.
Model read_model(const std::filesystem::path &folder);

/// Checks what holds for every model: indices, shapes, quantisation, topological order. Throws Error with every
/// finding.
void check_model(const Model &);

/// Writes `folder`/model.json and weights.safetensors. The same model gives the same bytes.
void write_model(const Model &, const std::filesystem::path &folder);

} // namespace nibble
