// What gen_kernels left in a folder, read back for run_model.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "autotune/roofline.h"
#include "model/model.h"

namespace nibble {

/// A tensor of the manifest.
struct ArtifactTensor {
    int index = 0; ///< in the imported model: the number of t<index>.npy
    std::string name;
    DType dtype = DType::s8;
    std::vector<int64_t> shape;

    int64_t bytes() const;
};

/// A layer of the manifest.
struct ArtifactLayer {
    std::string name;
    std::string op;
    std::string function; ///< symbol of its C function
    std::vector<ArtifactTensor> src;
    std::vector<ArtifactTensor> dst;
    KernelWork work;
};

/// The manifest as far as running needs it.
struct Artifact {
    std::string name;
    std::string target;
    std::string runner;            ///< "native", or the emulator that the target's programs run under
    std::filesystem::path archive; ///< lib<name>.a
    bool has_run = true;           ///< false: a library of bare layers
    size_t scratch_bytes = 0;
    size_t worker_scratch_bytes = 0;
    size_t vtcm_bytes = 0;
    std::vector<ArtifactTensor> inputs;
    std::vector<ArtifactTensor> outputs;
    std::vector<ArtifactLayer> layers;
};

/// Reads `folder`/manifest.json. Throws Error where it is absent or damaged, and where the library is one of bare
/// layers, which have no weights to run with.
Artifact read_artifact(const std::filesystem::path &folder);

} // namespace nibble
