// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "compiler/arena.h"
#include "compiler/program.h"
#include "runtime/include/nibble.h"

namespace nibble {

namespace {

/// Tensors that share one buffer, as a forest: each tensor points to another of its group or to itself.
class Groups {
public:
    explicit Groups(size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0); }

    int find(int tensor) const {
        while (parent_[static_cast<size_t>(tensor)] != tensor) {
            tensor = parent_[static_cast<size_t>(tensor)];
        }
        return tensor;
    }
    void join(int a, int b) { parent_[static_cast<size_t>(find(b))] = find(a); }

private:
    std::vector<int> parent_;
};

/// Marks graph inputs and outputs. A tensor that is both was refused before.
std::vector<Place> callers_buffers(const Model &model) {
    std::vector<Place> places(model.tensors.size());
    for (size_t i = 0; i < model.inputs.size(); ++i) {
        places[static_cast<size_t>(model.inputs[i])] = {Place::Space::input, static_cast<int64_t>(i), 0};
    }
    for (size_t i = 0; i < model.outputs.size(); ++i) {
        places[static_cast<size_t>(model.outputs[i])] = {Place::Space::output, static_cast<int64_t>(i), 0};
    }
    return places;
}

/// Joins each reshape's output with its input unless both groups are caller's buffers. `places` holds each group's at
/// its root.
Groups share_reshapes(std::vector<CompiledLayer> &layers, std::vector<Place> &places) {
    Groups groups(places.size());
    for (CompiledLayer &layer : layers) {
        if (layer.layer.op != "reshape") {
            continue;
        }
        const int src = groups.find(layer.src[0]);
        const int dst = groups.find(layer.dst[0]);
        const Place src_place = places[static_cast<size_t>(src)];
        const Place dst_place = places[static_cast<size_t>(dst)];
        layer.copies = src_place.space != Place::Space::none && dst_place.space != Place::Space::none;
        if (!layer.copies) {
            groups.join(src, dst);
            places[static_cast<size_t>(src)] = src_place.space == Place::Space::none ? dst_place : src_place;
        }
    }
    return groups;
}

} // namespace

void place_activations(Program &program) {
    std::vector<Place> &places = program.places;
    places = callers_buffers(program.model);
    const Groups groups = share_reshapes(program.layers, places);

    std::vector<Lifetime> lifetimes;
    std::vector<int> lifetime_of(places.size(), -1);
    const auto use = [&](int tensor, int step) {
        const auto root = static_cast<size_t>(groups.find(tensor));
        if (places[root].space != Place::Space::none) {
            return;
        }
        if (lifetime_of[root] < 0) {
            lifetime_of[root] = static_cast<int>(lifetimes.size());
            lifetimes.push_back({program.model.tensors[root].bytes(), step, step});
        }
        lifetimes[static_cast<size_t>(lifetime_of[root])].last_step = step;
    };
    for (size_t step = 0; step < program.layers.size(); ++step) {
        for (const int tensor : program.layers[step].src) {
            use(tensor, static_cast<int>(step));
        }
        for (const int tensor : program.layers[step].dst) {
            use(tensor, static_cast<int>(step));
        }
    }

    const ArenaPlan plan = plan_arena(lifetimes, NIBBLE_ARENA_ALIGNMENT);
    program.arena_bytes = plan.bytes;
    for (size_t tensor = 0; tensor < places.size(); ++tensor) {
        const auto root = static_cast<size_t>(groups.find(static_cast<int>(tensor)));
        if (lifetime_of[root] >= 0) {
            places[tensor] = {Place::Space::arena, 0, plan.offsets[static_cast<size_t>(lifetime_of[root])]};
        } else {
            places[tensor] = places[root];
        }
    }
}

} // namespace nibble
