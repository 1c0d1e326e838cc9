// One layer of bench_kernels with its data: called, checked against the reference, timed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/guarded_buffer.h"
#include "bench/loaded_library.h"
#include "compiler/program.h"

namespace nibble {

/// What is between two calls in the caches: everything, or no weights.
enum class Weights { warm, cold };

class KernelCase {
public:
    /// Packs the layer's constants (it must have them, though its library is one of bare layers) and fills its
    /// activations from `seed`. Cold weights are enough copies to push out any cache, one after the other for each
    /// call.
    KernelCase(const CompiledLayer &layer, LoadedLibrary::Function function, Caller &caller, Weights weights,
               uint32_t seed);

    /// One call, without checks.
    void call();
    /// Whether calls take their weights from memory.
    bool is_cold() const { return packed_.size() > 1; }
    /// Takes the next copy of cold weights from memory, as a call does; nothing is computed.
    void read_weights();
    /// Calls, then compares with runtime/reference: all outputs, or of a large matrix product four of its rows. Returns
    /// what is wrong, empty where nothing is.
    std::string verify();

    const CompiledLayer &layer() const { return layer_; }
    int64_t macs() const;

private:
    std::vector<GuardedBuffer> pack(Weights weights) const;
    const GuardedBuffer &next_weights();

    const CompiledLayer &layer_;
    const OperatorRow &row_;
    LoadedLibrary::Function function_;
    Caller &caller_;
    std::vector<GuardedBuffer> packed_;
    size_t next_packed_ = 0;
    std::vector<GuardedBuffer> src_;
    std::vector<GuardedBuffer> dst_;
    std::vector<const void *> inputs_; ///< sources, then the packed constants
    std::vector<void *> outputs_;
};

} // namespace nibble
