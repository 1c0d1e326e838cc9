// SPDX-License-Identifier: Apache-2.0
#include "compiler/place_vtcm.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "compiler/arena.h"
#include "compiler/off_chip.h"
#include "nibble.h"

namespace nibble {

namespace {

/// What a choice should have little of; the second counts where the first is the same.
using Cost = std::pair<int64_t, int64_t>;

/// A choice of blocks for VTCM, and where they and the kernels' heaps then lie.
class Choice {
public:
    explicit Choice(const Program &program)
        : program_(program), model_(program), in_vtcm_(model_.blocks().size(), false) {
        plan_ = plan_with(in_vtcm_);
    }

    /// Adds the blocks that save most off the chip, one by one, as long as one does.
    void add_by_bytes_saved() {
        add_best([this](const std::vector<bool> &blocks) { return Cost(model_.total(blocks), 0); });
    }

    /// Adds the blocks without which the arena is smallest, until it fits.
    void add_by_arena(int64_t most_bytes) {
        add_best([&](const std::vector<bool> &blocks) {
            const ArenaPlan arena = plan_arena(lifetimes_of(blocks, false), NIBBLE_ARENA_ALIGNMENT);
            return arena.bytes <= most_bytes ? Cost(0, 0) : Cost(arena.bytes, bytes_outside(blocks));
        });
    }

    void apply(Program &program) const {
        std::vector<ArenaBlock> arena;
        size_t next = 0;
        for (size_t i = 0; i < in_vtcm_.size(); ++i) {
            ArenaBlock block = model_.blocks()[i];
            if (in_vtcm_[i]) {
                block.offset = plan_.offsets[next++];
                program.vtcm.push_back(std::move(block));
            } else {
                arena.push_back(std::move(block));
            }
        }
        program.arena = std::move(arena);
        for (CompiledLayer &layer : program.layers) {
            layer.vtcm_offset = takes_vtcm(layer) ? plan_.offsets[next++] : 0;
        }
        program.vtcm_arena_bytes = plan_.bytes;
    }

private:
    bool takes_vtcm(const CompiledLayer &layer) const {
        return layer.copies && program_.kernel_of(layer).facts.vtcm_bytes > 0;
    }

    /// Offsets of the blocks that are there, then of the kernels' heaps.
    ArenaPlan plan_with(const std::vector<bool> &blocks) const {
        std::vector<Lifetime> lifetimes = lifetimes_of(blocks, true);
        for (size_t step = 0; step < program_.layers.size(); ++step) {
            const CompiledLayer &layer = program_.layers[step];
            if (takes_vtcm(layer)) {
                const int at = static_cast<int>(step);
                lifetimes.push_back({program_.kernel_of(layer).facts.vtcm_bytes, at, at});
            }
        }
        return plan_arena(lifetimes, NIBBLE_ARENA_ALIGNMENT);
    }

    /// Of the blocks that lie in VTCM, or of those that don't.
    std::vector<Lifetime> lifetimes_of(const std::vector<bool> &blocks, bool in_vtcm) const {
        std::vector<Lifetime> lifetimes;
        for (size_t i = 0; i < blocks.size(); ++i) {
            const ArenaBlock &block = model_.blocks()[i];
            if (blocks[i] == in_vtcm) {
                lifetimes.push_back({block.bytes, block.first_step, block.last_step});
            }
        }
        return lifetimes;
    }

    int64_t bytes_outside(const std::vector<bool> &blocks) const {
        int64_t bytes = 0;
        for (const Lifetime &lifetime : lifetimes_of(blocks, false)) {
            bytes += lifetime.bytes;
        }
        return bytes;
    }

    /// Adds blocks that lower the cost and fit, those first that would by themselves lower it most, as long as there
    /// are any: what one leaves in the cache may be another's gain or loss.
    void add_best(const std::function<Cost(const std::vector<bool> &)> &cost) {
        const std::vector<bool> before = in_vtcm_;
        std::vector<std::pair<Cost, size_t>> order;
        for (size_t i = 0; i < before.size(); ++i) {
            if (!before[i]) {
                order.emplace_back(cost(with_block(before, i)), i);
            }
        }
        std::sort(order.begin(), order.end());
        Cost least = cost(in_vtcm_);
        for (bool added = true; added;) {
            added = false;
            for (const auto &[alone, i] : order) {
                added = (!in_vtcm_[i] && add_where_lower(i, cost, least)) || added;
            }
        }
    }

    static std::vector<bool> with_block(std::vector<bool> blocks, size_t i) {
        blocks[i] = true;
        return blocks;
    }

    /// Whether the block was added: it lowers the cost, and fits.
    bool add_where_lower(size_t i, const std::function<Cost(const std::vector<bool> &)> &cost, Cost &least) {
        std::vector<bool> blocks = with_block(in_vtcm_, i);
        const Cost lower = cost(blocks);
        if (lower >= least) {
            return false;
        }
        ArenaPlan plan = plan_with(blocks);
        if (plan.bytes > program_.target.vtcm.bytes) {
            return false;
        }
        least = lower;
        in_vtcm_ = std::move(blocks);
        plan_ = std::move(plan);
        return true;
    }

    const Program &program_;
    OffChipModel model_;
    std::vector<bool> in_vtcm_; ///< of the model's blocks
    ArenaPlan plan_;
};

/// All blocks in the arena, as place_activations leaves them.
void return_to_arena(Program &program) {
    for (ArenaBlock &block : program.vtcm) {
        program.arena.push_back(std::move(block));
    }
    program.vtcm.clear();
    std::stable_sort(program.arena.begin(), program.arena.end(),
                     [](const ArenaBlock &a, const ArenaBlock &b) { return a.first_step < b.first_step; });
}

} // namespace

void place_in_vtcm(Program &program, std::optional<int64_t> scratch_bytes) {
    if (program.bare || program.target.vtcm.bytes == 0) {
        return;
    }
    return_to_arena(program);
    Choice choice(program);
    choice.add_by_bytes_saved();
    if (scratch_bytes) {
        choice.add_by_arena(std::max<int64_t>(*scratch_bytes - program.kernel_scratch_bytes(), 0));
    }
    choice.apply(program);
    place_arena(program);
    for (const ArenaBlock &block : program.vtcm) {
        for (const int tensor : block.tensors) {
            program.places[static_cast<size_t>(tensor)] = {Place::Space::vtcm, 0, block.offset};
        }
    }
}

} // namespace nibble
