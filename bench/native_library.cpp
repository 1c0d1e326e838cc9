// SPDX-License-Identifier: Apache-2.0
#include "bench/native_library.h"

#include <algorithm>

#include "model/error.h"

namespace nibble {

CallPointers pointers_of(const std::vector<const GuardedBuffer *> &inputs,
                         const std::vector<GuardedBuffer *> &outputs) {
    CallPointers pointers;
    for (const GuardedBuffer *input : inputs) {
        pointers.inputs.push_back(input->data());
    }
    for (GuardedBuffer *output : outputs) {
        pointers.outputs.push_back(output->data());
    }
    return pointers;
}

void NativeLibrary::set_threads(int threads) {
    pool_ = std::make_unique<WorkerPool>(threads, worker_scratch_bytes_);
    caller_.run_loops_on(pool_.get());
}

void NativeLibrary::call(const std::string &function, const std::vector<const GuardedBuffer *> &inputs,
                         const std::vector<GuardedBuffer *> &outputs) {
    const CallPointers pointers = pointers_of(inputs, outputs);
    caller_.call(library_.function(function), function, pointers.inputs, pointers.outputs);
    const auto intact = [](const GuardedBuffer *buffer) { return buffer->intact(); };
    if (!caller_.intact() || (pool_ && !pool_->intact()) || !std::all_of(inputs.begin(), inputs.end(), intact) ||
        !std::all_of(outputs.begin(), outputs.end(), intact)) {
        throw Error(Finding{archive_.string(), function, "a byte written outside of its buffers", "none"});
    }
}

} // namespace nibble
