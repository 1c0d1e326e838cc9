// SPDX-License-Identifier: Apache-2.0
#include "bench/model_runner.h"

#include <algorithm>
#include <cstring>

#include "model/error.h"

namespace nibble {

ModelRunner::ModelRunner(const Artifact &artifact, const std::string &ld_lld)
    : artifact_(artifact), library_(load_library(artifact, ld_lld)) {
    for (const ArtifactTensor &tensor : artifact.inputs) {
        inputs_.emplace_back(static_cast<size_t>(tensor.bytes()));
        add_activation(tensor);
    }
    for (const ArtifactTensor &tensor : artifact.outputs) {
        outputs_.emplace_back(static_cast<size_t>(tensor.bytes()));
    }
    for (const ArtifactLayer &layer : artifact.layers) {
        LayerCall call{layer.function, {}, {}};
        for (const ArtifactTensor &tensor : layer.src) {
            add_activation(tensor);
            call.inputs.push_back(&activations_.at(tensor.index));
        }
        for (const ArtifactTensor &tensor : layer.dst) {
            add_activation(tensor);
            call.outputs.push_back(&activations_.at(tensor.index));
        }
        calls_.push_back(std::move(call));
    }
}

void ModelRunner::add_activation(const ArtifactTensor &tensor) {
    if (tensors_.emplace(tensor.index, tensor).second) {
        activations_.emplace(tensor.index, GuardedBuffer(static_cast<size_t>(tensor.bytes())));
    }
}

LayerCall ModelRunner::whole_call() {
    LayerCall call{artifact_.name + "_run", {}, {}};
    for (const GuardedBuffer &input : inputs_) {
        call.inputs.push_back(&input);
    }
    for (GuardedBuffer &output : outputs_) {
        call.outputs.push_back(&output);
    }
    return call;
}

void ModelRunner::run() {
    const LayerCall call = whole_call();
    library_->call(call.function, call.inputs, call.outputs);
}

void ModelRunner::run_layers() {
    for (size_t i = 0; i < inputs_.size(); ++i) {
        std::memcpy(activations_.at(artifact_.inputs[i].index).data(), inputs_[i].data(), inputs_[i].size());
    }
    for (const LayerCall &call : calls_) {
        library_->call(call.function, call.inputs, call.outputs);
    }
    for (size_t i = 0; i < outputs_.size(); ++i) {
        const GuardedBuffer &alone = activations_.at(artifact_.outputs[i].index);
        if (std::memcmp(alone.data(), outputs_[i].data(), outputs_[i].size()) != 0) {
            throw Error(Finding{artifact_.archive.string(), "output " + artifact_.outputs[i].name,
                                "other values from the layers than from " + artifact_.name + "_run", "the same"});
        }
    }
}

} // namespace nibble
