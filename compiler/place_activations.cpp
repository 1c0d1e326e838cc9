// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <numeric>

#include "compiler/arena.h"
#include "compiler/program.h"
#include "runtime/include/nibble.h"

namespace nibble {

namespace {

/// Memory of one or more tensors: where it has to be, and the steps that touch it (none yet: first_step is -1).
struct Buffer {
    Place place;
    int first_step = -1;
    int last_step = -1;

    bool is_callers() const { return place.space != Place::Space::none; }
    void touch(int first, int last) {
        first_step = first_step < 0 ? first : std::min(first_step, first);
        last_step = std::max(last_step, last);
    }
};

/// Every tensor's buffer. Tensors that share one form a tree: each points to another of its group or to itself.
class Buffers {
public:
    explicit Buffers(const Program &program)
        : parent_(program.model.tensors.size()), buffers_(program.model.tensors.size()) {
        std::iota(parent_.begin(), parent_.end(), 0);
        set_callers(program.model.inputs, Place::Space::input);
        set_callers(program.model.outputs, Place::Space::output);
        for (size_t step = 0; step < program.layers.size(); ++step) {
            for (const std::vector<int> *tensors : {&program.layers[step].src, &program.layers[step].dst}) {
                for (const int tensor : *tensors) {
                    of(tensor).touch(static_cast<int>(step), static_cast<int>(step));
                }
            }
        }
    }

    int root(int tensor) const {
        while (parent_[static_cast<size_t>(tensor)] != tensor) {
            tensor = parent_[static_cast<size_t>(tensor)];
        }
        return tensor;
    }
    Buffer &of(int tensor) { return buffers_[static_cast<size_t>(root(tensor))]; }

    /// At most one of the two may be a caller's.
    void join(int a, int b) {
        const Buffer other = of(b);
        Buffer &joined = of(a);
        parent_[static_cast<size_t>(root(b))] = root(a);
        joined.touch(other.first_step, other.last_step);
        joined.place = other.is_callers() ? other.place : joined.place;
    }

private:
    /// A tensor that is both input and output was refused before.
    void set_callers(const std::vector<int> &tensors, Place::Space space) {
        for (size_t i = 0; i < tensors.size(); ++i) {
            of(tensors[i]).place = {space, static_cast<int64_t>(i), 0};
        }
    }

    std::vector<int> parent_;
    std::vector<Buffer> buffers_; ///< each group's at its root
};

void share_reshapes(std::vector<CompiledLayer> &layers, Buffers &buffers) {
    for (CompiledLayer &layer : layers) {
        if (layer.layer.op == "reshape") {
            layer.copies = buffers.of(layer.src[0]).is_callers() && buffers.of(layer.dst[0]).is_callers();
            if (!layer.copies) {
                buffers.join(layer.src[0], layer.dst[0]);
            }
        }
    }
}

/// True where `step` is the last to read src[i] and the first to touch dst, and no other source, which the kernel may
/// read after it has written there, lies in the same buffer.
bool may_overwrite(const CompiledLayer &layer, size_t i, int step, Buffers &buffers) {
    const Buffer &src = buffers.of(layer.src[i]), &dst = buffers.of(layer.dst[0]);
    if (src.place.space == Place::Space::input || (src.is_callers() && dst.is_callers()) || src.last_step != step ||
        dst.first_step != step) {
        return false;
    }
    for (size_t other = 0; other < layer.src.size(); ++other) {
        const bool same = buffers.root(layer.src[other]) == buffers.root(layer.src[i]);
        const auto &free = layer.overwritable;
        if (same && std::find(free.begin(), free.end(), other) == free.end()) {
            return false;
        }
    }
    return true;
}

void share_overwritten(std::vector<CompiledLayer> &layers, Buffers &buffers) {
    for (size_t step = 0; step < layers.size(); ++step) {
        CompiledLayer &layer = layers[step];
        for (const size_t i : layer.overwritable) {
            if (!layer.in_place && may_overwrite(layer, i, static_cast<int>(step), buffers)) {
                layer.in_place = i;
                buffers.join(layer.src[i], layer.dst[0]);
            }
        }
    }
}

/// The buffers that no caller gives, sorted by first step; their offsets are still to be found.
std::vector<ArenaBlock> arena_blocks(const Model &model, Buffers &buffers) {
    std::map<int, ArenaBlock> blocks;
    for (int tensor = 0; tensor < static_cast<int>(model.tensors.size()); ++tensor) {
        const Buffer &buffer = buffers.of(tensor);
        if (!buffer.is_callers() && buffer.first_step >= 0) {
            ArenaBlock &block = blocks[buffers.root(tensor)];
            block.tensors.push_back(tensor);
            block.bytes = model.tensors[static_cast<size_t>(tensor)].bytes();
            block.first_step = buffer.first_step;
            block.last_step = buffer.last_step;
        }
    }
    std::vector<ArenaBlock> sorted;
    for (auto &[root, block] : blocks) {
        sorted.push_back(std::move(block));
    }
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const ArenaBlock &a, const ArenaBlock &b) { return a.first_step < b.first_step; });
    return sorted;
}

int64_t largest_live_bytes(const std::vector<ArenaBlock> &blocks, size_t steps) {
    std::vector<int64_t> live(steps);
    for (const ArenaBlock &block : blocks) {
        for (int step = block.first_step; step <= block.last_step; ++step) {
            live[static_cast<size_t>(step)] += block.bytes;
        }
    }
    return live.empty() ? 0 : *std::max_element(live.begin(), live.end());
}

} // namespace

void place_arena(Program &program) {
    std::vector<Lifetime> lifetimes;
    for (const ArenaBlock &block : program.arena) {
        lifetimes.push_back({block.bytes, block.first_step, block.last_step});
    }
    const ArenaPlan plan = plan_arena(lifetimes, NIBBLE_ARENA_ALIGNMENT);
    program.arena_bytes = plan.bytes;
    program.largest_live_bytes = largest_live_bytes(program.arena, program.layers.size());
    for (size_t i = 0; i < program.arena.size(); ++i) {
        program.arena[i].offset = plan.offsets[i];
        for (const int tensor : program.arena[i].tensors) {
            program.places[static_cast<size_t>(tensor)] = {Place::Space::arena, 0, plan.offsets[i]};
        }
    }
}

void place_activations(Program &program) {
    Buffers buffers(program);
    share_reshapes(program.layers, buffers);
    share_overwritten(program.layers, buffers);
    program.places.resize(program.model.tensors.size());
    for (size_t tensor = 0; tensor < program.places.size(); ++tensor) {
        program.places[tensor] = buffers.of(static_cast<int>(tensor)).place;
    }
    program.arena = arena_blocks(program.model, buffers);
    place_arena(program);
}

} // namespace nibble
