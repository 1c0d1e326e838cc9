// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/cmsis_file.h"

#include <fstream>
#include <iterator>

namespace nibble::test {

CaseFile::CaseFile(const std::filesystem::path &json_file) {
    std::ifstream text(json_file);
    std::ifstream bytes(std::filesystem::path(json_file).replace_extension(".bin"), std::ios::binary);
    if (!text || !bytes) {
        throw std::runtime_error("can't read " + json_file.string() + " and its .bin");
    }
    json_ = nlohmann::json::parse(text);
    bytes_.assign(std::istreambuf_iterator<char>(bytes), {});
}

} // namespace nibble::test
