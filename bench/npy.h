// NumPy's .npy files: what run_model reads and writes tensors as.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model/model.h"

namespace nibble {

/// A dense array, outermost dimension first, little-endian.
struct NpyArray {
    DType dtype = DType::s8;
    std::vector<int64_t> shape; ///< empty: one element
    std::vector<uint8_t> data;
};

/// Reads a file of format version 1, 2 or 3. Throws Error for what is not such a file, for big-endian or Fortran order,
/// for a type that tensors don't have, and where the data is shorter or longer than the shape says.
NpyArray read_npy(const std::filesystem::path &file);

/// Writes format version 1.0, the header padded to 64 bytes as NumPy does. Throws Error where the file can't be
/// written.
void write_npy(const std::filesystem::path &file, const NpyArray &array);

} // namespace nibble
