// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/fuzz_input.h"

#include "tests/model/model_folder.h"

namespace nibble::testing {

FuzzInput FuzzInput::split(const std::string &bytes) {
    const size_t end = bytes.find('\0');
    return {bytes.substr(0, end), end == std::string::npos ? "" : bytes.substr(end + 1)};
}

FuzzInput FuzzInput::read(const std::filesystem::path &folder) {
    return {read_bytes(folder / "model.json"), read_bytes(folder / "weights.safetensors")};
}

std::string FuzzInput::join() const { return text + '\0' + weights; }

void FuzzInput::write(const std::filesystem::path &folder) const {
    write_bytes(folder / "model.json", text);
    write_bytes(folder / "weights.safetensors", weights);
}

} // namespace nibble::testing
