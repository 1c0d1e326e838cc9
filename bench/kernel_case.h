// One layer of bench_kernels with its data: called, checked against the reference, timed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/layer_data.h"
#include "bench/loaded_library.h"

namespace nibble {

class KernelCase {
public:
    /// Cases of one layer may share its data.
    KernelCase(std::shared_ptr<LayerData> data, LoadedLibrary::Function function, Caller &caller);

    /// One call, without checks.
    void call();
    /// Whether calls take their weights from memory.
    bool is_cold() const { return data_->packed().size() > 1; }
    /// Takes the next copy of cold weights from memory, as a call does; nothing is computed.
    void read_weights();
    /// Calls, then compares with LayerData::problem. Returns what is wrong, empty where nothing is.
    std::string verify();

    const CompiledLayer &layer() const { return data_->layer(); }
    int64_t macs() const;

private:
    std::shared_ptr<LayerData> data_;
    LoadedLibrary::Function function_;
    Caller &caller_;
    std::vector<const void *> inputs_; ///< sources, then the packed constants
    std::vector<void *> outputs_;
};

} // namespace nibble
