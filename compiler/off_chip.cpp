// SPDX-License-Identifier: Apache-2.0
#include "compiler/off_chip.h"

#include <algorithm>
#include <map>
#include <utility>

namespace nibble {

namespace {

int64_t bytes_of(const std::vector<LayerTensor> &tensors) {
    int64_t bytes = 0;
    for (const LayerTensor &tensor : tensors) {
        bytes += tensor.bytes();
    }
    return bytes;
}

/// A layer whose operands all lie off the chip.
OffChip cold_bytes(const CompiledLayer &layer, const Passes &passes) {
    return {layer.packed.bytes * passes.weights, bytes_of(layer.layer.src) * passes.src, bytes_of(layer.layer.dst), 0};
}

int64_t saved_by_staging(const CompiledLayer &layer, const TileTraffic &traffic) {
    return cold_bytes(layer, traffic.unstaged).total() - cold_bytes(layer, traffic.passes).total();
}

/// The blocks of VTCM come after those of the arena.
std::vector<bool> placed_in_vtcm(const Program &program) {
    std::vector<bool> in_vtcm(program.arena.size(), false);
    in_vtcm.insert(in_vtcm.end(), program.vtcm.size(), true);
    return in_vtcm;
}

} // namespace

TileTraffic traffic_of(const Program &program, const CompiledLayer &layer) {
    return traffic_of(program.kernel_of(layer).request, program.target);
}

OffChipModel::OffChipModel(const Program &program) : cache_(cache_bytes(program.target)), blocks_(program.arena) {
    blocks_.insert(blocks_.end(), program.vtcm.begin(), program.vtcm.end());
    buffer_of_.resize(program.model.tensors.size());
    for (const ArenaBlock &block : blocks_) {
        for (const int tensor : block.tensors) {
            buffer_of_[static_cast<size_t>(tensor)] = buffers_.size();
        }
        buffers_.push_back({block.bytes, false, false, {}});
    }
    std::map<std::pair<Place::Space, int64_t>, size_t> callers;
    for (size_t tensor = 0; tensor < program.places.size(); ++tensor) {
        const Place &place = program.places[tensor];
        if (place.space == Place::Space::input || place.space == Place::Space::output) {
            const bool is_input = place.space == Place::Space::input;
            const auto [it, is_new] = callers.insert({{place.space, place.index}, buffers_.size()});
            if (is_new) {
                buffers_.push_back({program.model.tensors[tensor].bytes(), is_input, !is_input, {}});
            }
            buffer_of_[tensor] = it->second;
        }
    }
    for (size_t step = 0; step < program.layers.size(); ++step) {
        const CompiledLayer &layer = program.layers[step];
        touched_.emplace_back();
        weights_.push_back(layer.copies ? layer.packed.bytes : 0);
        traffic_.push_back(traffic_of(program, layer));
        for (size_t i = 0; layer.copies && i < layer.src.size(); ++i) {
            add_access(layer.src[i], static_cast<int>(step), false);
        }
        for (size_t i = 0; layer.copies && i < layer.dst.size(); ++i) {
            add_access(layer.dst[i], static_cast<int>(step), true);
        }
    }
}

void OffChipModel::add_access(int tensor, int step, bool writes) {
    const size_t index = buffer_of_[static_cast<size_t>(tensor)];
    Buffer &buffer = buffers_[index];
    if (buffer.accesses.empty() || buffer.accesses.back().step != step) {
        buffer.accesses.push_back({step, false, false});
        touched_[static_cast<size_t>(step)].push_back(index);
    }
    (writes ? buffer.accesses.back().writes : buffer.accesses.back().reads) = true;
}

/// Whether all that the steps touch fits the cache.
bool OffChipModel::is_kept(const std::vector<bool> &in_vtcm, int first, int last) const {
    std::vector<bool> seen(buffers_.size(), false);
    int64_t bytes = 0;
    for (auto step = static_cast<size_t>(first); step <= static_cast<size_t>(last) && bytes <= cache_; ++step) {
        bytes += weights_[step];
        for (const size_t buffer : touched_[step]) {
            const bool counts = !seen[buffer] && !(buffer < in_vtcm.size() && in_vtcm[buffer]);
            bytes += counts ? buffers_[buffer].bytes : 0;
            seen[buffer] = true;
        }
    }
    return bytes <= cache_;
}

void OffChipModel::add_buffer(const Buffer &buffer, const std::vector<bool> &in_vtcm,
                              std::vector<OffChip> &layers) const {
    bool is_read_from_memory = buffer.to_caller;
    for (size_t i = buffer.accesses.size(); i-- > 0;) {
        const Access &access = buffer.accesses[i];
        const auto step = static_cast<size_t>(access.step);
        if (access.writes) {
            layers[step].dst += is_read_from_memory ? buffer.bytes : 0;
            is_read_from_memory = false;
        }
        if (access.reads) {
            const bool kept = i > 0 && is_kept(in_vtcm, buffer.accesses[i - 1].step, access.step);
            layers[step].src += buffer.bytes * (traffic_[step].passes.src - (kept ? 1 : 0));
            is_read_from_memory = is_read_from_memory || !kept;
        }
    }
}

std::vector<OffChip> OffChipModel::layers(const std::vector<bool> &in_vtcm) const {
    std::vector<OffChip> layers(weights_.size());
    for (size_t step = 0; step < layers.size(); ++step) {
        layers[step].weights = weights_[step] * traffic_[step].passes.weights;
    }
    for (size_t i = 0; i < buffers_.size(); ++i) {
        if (i >= in_vtcm.size() || !in_vtcm[i]) {
            add_buffer(buffers_[i], in_vtcm, layers);
        }
    }
    return layers;
}

int64_t OffChipModel::total(const std::vector<bool> &in_vtcm) const {
    int64_t bytes = 0;
    for (const OffChip &layer : layers(in_vtcm)) {
        bytes += layer.total();
    }
    return bytes;
}

std::vector<OffChip> off_chip_bytes(const Program &program) {
    std::vector<OffChip> layers;
    if (!program.bare) {
        layers = OffChipModel(program).layers(placed_in_vtcm(program));
    }
    for (size_t i = 0; i < program.layers.size(); ++i) {
        const CompiledLayer &layer = program.layers[i];
        const TileTraffic traffic = traffic_of(program, layer);
        if (program.bare) {
            layers.push_back(cold_bytes(layer, traffic.passes));
        }
        layers[i].saved = layer.copies ? saved_by_staging(layer, traffic) : 0;
    }
    return layers;
}

int64_t saved_by_placement(const Program &program) {
    if (program.vtcm.empty()) {
        return 0;
    }
    const OffChipModel model(program);
    return model.total(std::vector<bool>(model.blocks().size(), false)) - model.total(placed_in_vtcm(program));
}

} // namespace nibble
