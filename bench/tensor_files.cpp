// SPDX-License-Identifier: Apache-2.0
#include "bench/tensor_files.h"

#include <cstring>
#include <random>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/npy.h"
#include "compiler/files.h"
#include "compiler/output_folder.h"
#include "model/error.h"

namespace nibble {
namespace {

std::string type_text(DType dtype, const std::vector<int64_t> &shape) {
    return fmt::format("{} ({})", to_string(dtype), fmt::join(shape, ", "));
}

/// What a .npy has of a tensor: its own type and shape, but of 4-bit numbers the bytes, two numbers each.
NpyArray without_data(const ArtifactTensor &tensor) {
    if (bits_of(tensor.dtype) != 4) {
        return {tensor.dtype, tensor.shape, {}};
    }
    int64_t elements = 1;
    for (const int64_t extent : tensor.shape) {
        elements *= extent;
    }
    return {DType::u8, {(elements + 1) / 2}, {}};
}

} // namespace

void read_input(const std::filesystem::path &file, const ArtifactTensor &tensor, GuardedBuffer &buffer) {
    const NpyArray array = read_npy(file), expected = without_data(tensor);
    if (array.dtype != expected.dtype || array.shape != expected.shape) {
        throw Error(Finding{file.string(), "input " + tensor.name, type_text(array.dtype, array.shape),
                            type_text(expected.dtype, expected.shape)});
    }
    if (!array.data.empty()) {
        std::memcpy(buffer.data(), array.data.data(), buffer.size());
    }
}

void fill_input(size_t position, const ArtifactTensor &tensor, GuardedBuffer &buffer) {
    std::mt19937 generator(static_cast<uint32_t>(position) + 1);
    if (tensor.dtype == DType::f32) {
        for (size_t offset = 0; offset < buffer.size(); offset += sizeof(float)) {
            const float value = static_cast<float>(static_cast<int32_t>(generator() >> 8) - (1 << 23)) / (1 << 23);
            std::memcpy(buffer.data() + offset, &value, sizeof value);
        }
        return;
    }
    for (size_t i = 0; i < buffer.size(); ++i) {
        buffer.data()[i] = static_cast<uint8_t>(generator() >> 24);
    }
}

void write_tensors(const std::filesystem::path &folder, const std::vector<TensorValues> &tensors) {
    OutputFolder output(folder);
    nlohmann::json index = nlohmann::json::array();
    for (const TensorValues &entry : tensors) {
        const ArtifactTensor &tensor = *entry.tensor;
        NpyArray array = without_data(tensor);
        array.data.assign(entry.values->data(), entry.values->data() + entry.values->size());
        write_npy(output.staging() / fmt::format("t{}.npy", tensor.index), array);
        index.push_back({{"index", tensor.index}, {"name", tensor.name}});
    }
    write_file(output.staging() / "index.json", index.dump(1) + "\n");
    output.commit({});
}

} // namespace nibble
