// A layer's activations and packed constants in memory, and what its results have to be.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/guarded_buffer.h"
#include "compiler/program.h"

namespace nibble {

/// What is between two calls in the caches: everything, or no weights.
enum class Weights { warm, cold };

class LayerData {
public:
    /// Packs the layer's constants (it must have them, though its library is one of bare layers) and fills its
    /// activations from `seed`. Cold weights are enough copies to push out any cache, one after the other for each
    /// call.
    LayerData(const CompiledLayer &layer, Weights weights, uint32_t seed);

    const CompiledLayer &layer() const { return layer_; }
    const std::vector<GuardedBuffer> &src() const { return src_; }
    std::vector<GuardedBuffer> &dst() { return dst_; }
    /// Copies of the packed constants; none where the layer has no constants.
    const std::vector<GuardedBuffer> &packed() const { return packed_; }
    /// The next copy of packed constants, round and round.
    const GuardedBuffer &next_packed();

    /// Compares dst with runtime/reference: all of it, or of a large matrix product four of its rows. What is wrong,
    /// empty where nothing is.
    std::string problem();

private:
    void compute_expected();
    /// A row that is compared, or all of them as one piece.
    struct Piece {
        int64_t row;
        std::vector<uint8_t> expected;
    };

    CompiledLayer layer_;
    std::vector<GuardedBuffer> src_, dst_, packed_;
    size_t next_packed_ = 0;
    std::vector<Piece> expected_; ///< computed when it is first asked for
};

} // namespace nibble
