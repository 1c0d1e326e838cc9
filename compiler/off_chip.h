// Model of the bytes that pass between memory off the chip and the caches: what is decided by where operands lie.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/program.h"
#include "schedules/traffic.h"

namespace nibble {

/// Bytes of one call of a layer's kernel.
struct OffChip {
    int64_t weights = 0;
    int64_t src = 0;
    int64_t dst = 0;
    int64_t saved = 0; ///< what the kernel would move on top of it if it staged nothing

    int64_t total() const { return weights + src + dst; }
};

/// What the tile of a layer's kernel says of its loops.
TileTraffic traffic_of(const Program &, const CompiledLayer &);

/// The bytes of <name>_run by layer, for a choice of the activations that lie in VTCM.
///
/// Weights come from memory in every run, as often as the tile's loops read them anew. An activation is in the cache
/// when it is touched again if everything that was touched since, both layers' operands included, fits there: VTCM's
/// take no room of it. What a layer writes leaves the chip where the caller reads it, or where one of its readers finds
/// it out of the cache; what nobody reads any more is written over where it lies.
class OffChipModel {
public:
    /// Of a placed program; which of its blocks lie in VTCM does not matter.
    explicit OffChipModel(const Program &);

    /// By layer; `in_vtcm` says it of each of blocks().
    std::vector<OffChip> layers(const std::vector<bool> &in_vtcm) const;
    int64_t total(const std::vector<bool> &in_vtcm) const;

    /// The activations that no caller gives: the arena's, then VTCM's.
    const std::vector<ArenaBlock> &blocks() const { return blocks_; }

private:
    struct Access {
        int step = 0;
        bool reads = false, writes = false;
    };
    struct Buffer {
        int64_t bytes = 0;
        bool from_caller = false, to_caller = false;
        std::vector<Access> accesses; ///< by step
    };

    void add_access(int tensor, int step, bool writes);
    bool is_kept(const std::vector<bool> &in_vtcm, int first, int last) const;
    void add_buffer(const Buffer &, const std::vector<bool> &in_vtcm, std::vector<OffChip> &) const;

    int64_t cache_ = 0;
    std::vector<ArenaBlock> blocks_;
    std::vector<Buffer> buffers_;              ///< of blocks_, then the callers'
    std::vector<size_t> buffer_of_;            ///< by tensor
    std::vector<std::vector<size_t>> touched_; ///< buffers of each step
    std::vector<int64_t> weights_;             ///< packed bytes of each step
    std::vector<TileTraffic> traffic_;         ///< of each step
};

/// The bytes of each layer as the program is placed; of a bare layer those of a call by itself.
std::vector<OffChip> off_chip_bytes(const Program &);

/// What the activations in VTCM save of all that a run moves.
int64_t saved_by_placement(const Program &);

} // namespace nibble
