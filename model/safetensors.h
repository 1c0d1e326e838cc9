// The safetensors container: 8 bytes of header length (little-endian), a JSON header, then the tensors' bytes without
// gaps. Format: https://github.com/huggingface/safetensors, "Format"; s4 and u4 are stored as U8, packed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "model/model.h"

namespace nibble {

/// The container's word for our type ("I8" for s8) and the shape of its entry: that of the tensor, or of its packed
/// bytes.
const char *safetensors_dtype(DType);
std::vector<int64_t> safetensors_shape(const Tensor &);

/// A file whose header is checked and whose tensors are read one by one.
class SafetensorsFile {
public:
    struct Entry {
        std::string dtype;
        std::vector<int64_t> shape;
        uint64_t begin = 0; ///< bytes after the header
        uint64_t end = 0;
    };

    /// Reads and checks the header. Throws Error with every finding.
    explicit SafetensorsFile(const std::filesystem::path &path);

    const std::map<std::string, Entry> &entries() const { return entries_; }
    /// The bytes of an entry of entries(). Throws Error where the file can't be read any more.
    std::vector<uint8_t> read(const Entry &entry) const;

private:
    std::filesystem::path path_;
    uint64_t data_offset_ = 0;
    std::map<std::string, Entry> entries_;
};

/// Writes the constants of a model under the given names. Larger elements come first, so that all of them are aligned,
/// then names in order: the same constants give the same bytes. Throws Error where the file can't be written.
void write_safetensors(const std::map<std::string, const Tensor *> &constants, const std::filesystem::path &path);

} // namespace nibble
