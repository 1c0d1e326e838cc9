// Tensors of a run as files: inputs read and checked, outputs written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "bench/artifact.h"
#include "bench/guarded_buffer.h"

namespace nibble {

/// Reads a .npy file into the input's buffer. Throws Error where dtype or shape is not the input's.
void read_input(const std::filesystem::path &file, const ArtifactTensor &tensor, GuardedBuffer &buffer);

/// Fills an input from its position alone: the whole range of an integer type, [-1, 1) for floats.
void fill_input(size_t position, const ArtifactTensor &tensor, GuardedBuffer &buffer);

/// A tensor and its values.
struct TensorValues {
    const ArtifactTensor *tensor;
    const GuardedBuffer *values;
};

/// Writes t<index>.npy for each tensor and index.json, a list of {index, name} in the same order. All or none of the
/// files change. Throws Error.
void write_tensors(const std::filesystem::path &folder, const std::vector<TensorValues> &tensors);

} // namespace nibble
