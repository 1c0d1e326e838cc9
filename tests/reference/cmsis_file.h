// The files of CMSIS-NN's vectors, as tests/data/cmsis_nn/SOURCE.md describes them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "model/model.h"

namespace nibble::test {

/// A case's two files: parameters and tensor table, and the tensors' bytes.
class CaseFile {
public:
    explicit CaseFile(const std::filesystem::path &json_file);
    /// The same bytes under another description.
    CaseFile(const CaseFile &file, nlohmann::json description) : json_(std::move(description)), bytes_(file.bytes_) {}

    const nlohmann::json &description() const { return json_; }

    std::string name() const { return json_.at("name"); }
    int64_t param(const char *key) const { return json_.at("params").at(key); }
    std::vector<int64_t> params(const char *key) const { return json_.at("params").at(key); }
    DType dtype(const char *tensor) const {
        const std::string name = json_.at("tensors").at(tensor).at("dtype");
        return name == "int8" ? DType::s8 : name == "int16" ? DType::s16 : name == "int64" ? DType::s64 : DType::s32;
    }
    /// The tensor's bytes, of 8 or 16 bits.
    std::vector<uint8_t> bytes(const char *name) const {
        return dtype(name) == DType::s16 ? as_bytes(tensor<int16_t>(name)) : as_bytes(tensor<int8_t>(name));
    }
    bool has(const char *tensor) const { return json_.at("tensors").contains(tensor); }
    std::vector<int64_t> shape(const char *tensor) const { return json_.at("tensors").at(tensor).at("shape"); }

    /// Whether a tensor of int8 has two elements in a byte, the low nibble first.
    bool packs_nibbles(const char *tensor) const { return json_.at("tensors").at(tensor).contains("packed_int4"); }
    /// The shape in elements.
    std::vector<int64_t> logical_shape(const char *tensor) const {
        return packs_nibbles(tensor) ? json_.at("tensors").at(tensor).at("logical_shape").get<std::vector<int64_t>>()
                                     : shape(tensor);
    }

    template <typename T>
    std::vector<T> tensor(const char *name) const {
        const nlohmann::json &entry = json_.at("tensors").at(name);
        const size_t offset = entry.at("offset");
        const size_t count = entry.at("count");
        constexpr const char *dtype = sizeof(T) == 1   ? "int8"
                                      : sizeof(T) == 2 ? "int16"
                                      : sizeof(T) == 8 ? "int64"
                                                       : "int32";
        if (entry.at("dtype") != dtype || offset + count * sizeof(T) > bytes_.size()) {
            throw std::runtime_error(this->name() + ": tensor " + name + " is not as expected");
        }
        std::vector<T> values(count);
        std::copy_n(bytes_.begin() + offset, count * sizeof(T), reinterpret_cast<char *>(values.data()));
        return values;
    }

private:
    template <typename T>
    static std::vector<uint8_t> as_bytes(const std::vector<T> &values) {
        const auto *first = reinterpret_cast<const uint8_t *>(values.data());
        return {first, first + values.size() * sizeof(T)};
    }

    nlohmann::json json_;
    std::vector<char> bytes_;
};

} // namespace nibble::test
