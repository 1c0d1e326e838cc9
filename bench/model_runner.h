// Runs a generated model: as one call, or layer by layer with every activation kept.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/artifact.h"
#include "bench/callable_library.h"
#include "bench/guarded_buffer.h"

namespace nibble {

/// A layer's function and its tensors, ready to be called again and again.
struct LayerCall {
    std::string function; ///< its symbol
    std::vector<const GuardedBuffer *> inputs;
    std::vector<GuardedBuffer *> outputs;
};

class ModelRunner {
public:
    /// Loads the library. The artifact must outlive the runner. Throws Error.
    ModelRunner(const Artifact &artifact, const std::string &ld_lld);

    /// Where the caller writes graph input number `position`.
    GuardedBuffer &input(size_t position) { return inputs_[position]; }
    /// Graph output number `position` after run().
    const GuardedBuffer &output(size_t position) const { return outputs_[position]; }
    /// Activation by tensor index after run_layers(): graph inputs and every layer's output.
    const GuardedBuffer &activation(int index) const { return activations_.at(index); }
    /// Every tensor that activation() has, by index.
    const std::map<int, ArtifactTensor> &activation_tensors() const { return tensors_; }

    /// <name>_run. Throws Error for a status, and for a byte written outside of outputs and scratch.
    void run();
    /// Every layer's function in turn, each output in a buffer of its own. Throws Error as run(), and where a graph
    /// output differs from what run() left.
    void run_layers();

    /// The calls that run_layers() makes, in order.
    const std::vector<LayerCall> &layer_calls() const { return calls_; }
    /// <name>_run on this runner's inputs and outputs.
    LayerCall whole_call();
    CallableLibrary &library() { return *library_; }

private:
    void add_activation(const ArtifactTensor &tensor);

    const Artifact &artifact_;
    std::unique_ptr<CallableLibrary> library_;
    std::vector<GuardedBuffer> inputs_;
    std::vector<GuardedBuffer> outputs_;
    std::map<int, GuardedBuffer> activations_;
    std::map<int, ArtifactTensor> tensors_;
    std::vector<LayerCall> calls_;
};

} // namespace nibble
