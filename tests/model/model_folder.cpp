// SPDX-License-Identifier: Apache-2.0
#include "tests/model/model_folder.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "model/error.h"
#include "model/model.h"
#include "model/safetensors.h"

namespace nibble::testing {

namespace {

/// The constants of good_model.json under their names in weights.safetensors.
std::map<std::string, Tensor> good_constants() {
    std::map<std::string, Tensor> constants;
    const nlohmann::json model = nlohmann::json::parse(test_file("good_model.json"));
    for (const nlohmann::json &object : model["tensors"]) {
        if (object.contains("data")) {
            Tensor tensor;
            tensor.shape = object["shape"].get<std::vector<int64_t>>();
            tensor.dtype = *dtype_from_string(object["dtype"]);
            tensor.data.resize(static_cast<size_t>(tensor.bytes()));
            for (size_t i = 0; i < tensor.data.size(); ++i) {
                tensor.data[i] = static_cast<uint8_t>(i);
            }
            constants[object["data"]] = tensor;
        }
    }
    return constants;
}

} // namespace

TempFolder::TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nibble_model_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
    path_ = pattern;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string test_file(const std::string &name) { return read_bytes(std::filesystem::path(NIBBLE_MODEL_TESTS) / name); }

void write_bytes(const std::filesystem::path &path, const std::string &bytes) {
    // Some file systems flush a file that is truncated to be written again: thousands of mutations would take a minute.
    std::filesystem::remove(path);
    std::ofstream stream(path, std::ios::binary);
    stream << bytes;
    if (!stream.flush()) {
        throw std::runtime_error("can't write " + path.string());
    }
}

std::string read_bytes(const std::filesystem::path &path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw std::runtime_error("can't read " + path.string());
    }
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void write_folder(const std::filesystem::path &folder, const std::string &document) {
    const std::map<std::string, Tensor> constants = good_constants();
    std::map<std::string, const Tensor *> entries;
    for (const auto &[name, tensor] : constants) {
        entries[name] = &tensor;
    }
    write_safetensors(entries, folder / "weights.safetensors");
    write_bytes(folder / "model.json", document);
}

std::string findings_of(const std::filesystem::path &folder) {
    try {
        read_model(folder);
        return "";
    } catch (const Error &error) {
        return error.what();
    }
}

} // namespace nibble::testing
