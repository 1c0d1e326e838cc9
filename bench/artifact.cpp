// SPDX-License-Identifier: Apache-2.0
#include "bench/artifact.h"

#include <nlohmann/json.hpp>

#include "model/error.h"
#include "model/json_text.h"

namespace nibble {
namespace {

using nlohmann::json;

ArtifactTensor read_tensor(const json &entry) {
    ArtifactTensor tensor;
    tensor.index = entry.at("index").get<int>();
    tensor.name = entry.at("name").get<std::string>();
    tensor.shape = entry.at("shape").get<std::vector<int64_t>>();
    const auto dtype = entry.at("dtype").get<std::string>();
    const auto known = dtype_from_string(dtype);
    if (!known) {
        throw Error(Finding{"manifest.json", "dtype of tensor " + tensor.name, dtype, "a type of nibble_dtype"});
    }
    tensor.dtype = *known;
    return tensor;
}

std::vector<ArtifactTensor> read_tensors(const json &entries) {
    std::vector<ArtifactTensor> tensors;
    for (const json &entry : entries) {
        tensors.push_back(read_tensor(entry));
    }
    return tensors;
}

ArtifactLayer read_layer(const json &kernel) {
    ArtifactLayer layer;
    layer.name = kernel.at("layer").get<std::string>();
    layer.op = kernel.at("operator").get<std::string>();
    layer.function = kernel.at("function").get<std::string>();
    layer.src = read_tensors(kernel.at("src"));
    layer.dst = read_tensors(kernel.at("dst"));
    layer.work = work_of_entry(kernel);
    return layer;
}

Artifact read_manifest(const json &manifest, const std::filesystem::path &folder) {
    Artifact artifact;
    artifact.name = manifest.at("name").get<std::string>();
    artifact.target = manifest.at("target").get<std::string>();
    artifact.runner = manifest.at("runner").get<std::string>();
    artifact.archive = folder / ("lib" + artifact.name + ".a");
    artifact.scratch_bytes = manifest.at("scratch_bytes").get<size_t>();
    artifact.worker_scratch_bytes = manifest.at("worker_scratch_bytes").get<size_t>();
    artifact.vtcm_bytes = manifest.at("vtcm_bytes").get<size_t>();
    artifact.inputs = read_tensors(manifest.at("inputs"));
    artifact.outputs = read_tensors(manifest.at("outputs"));
    for (const json &kernel : manifest.at("kernels")) {
        artifact.layers.push_back(read_layer(kernel));
    }
    return artifact;
}

} // namespace

int64_t ArtifactTensor::bytes() const {
    int64_t bits = bits_of(dtype);
    for (const int64_t extent : shape) {
        bits *= extent;
    }
    return (bits + 7) / 8;
}

Artifact read_artifact(const std::filesystem::path &folder) {
    const std::filesystem::path file = folder / "manifest.json";
    const json manifest = parse_json(file.string(), read_file(file));
    try {
        if (manifest.at("bare_layers").get<bool>()) {
            throw Error(Finding{file.string(), "bare_layers", "true",
                                "a library made with --model: bare layers have no weights"});
        }
        return read_manifest(manifest, folder);
    } catch (const json::exception &error) {
        throw Error(Finding{file.string(), "manifest", error.what(), "what gen_kernels writes"});
    }
}

} // namespace nibble
