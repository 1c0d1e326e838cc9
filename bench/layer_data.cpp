// SPDX-License-Identifier: Apache-2.0
#include "bench/layer_data.h"

#include <algorithm>
#include <cstring>
#include <random>

#include <fmt/format.h>

#include "compiler/rows.h"

namespace nibble {
namespace {

constexpr size_t cold_bytes = size_t{256} << 20;
constexpr int64_t most_reference_macs = 400'000'000;
constexpr int64_t verified_rows = 4;

void fill(GuardedBuffer &buffer, std::mt19937 &generator) {
    std::generate_n(buffer.data(), buffer.size(), [&] { return static_cast<uint8_t>(generator() >> 24); });
}

/// Numbers in [-4, 4].
void fill_f32(GuardedBuffer &buffer, std::mt19937 &generator) {
    for (size_t i = 0; i < buffer.size(); i += sizeof(float)) {
        const float value = static_cast<float>(static_cast<int32_t>(generator())) * 0x1p-29f;
        std::memcpy(buffer.data() + i, &value, sizeof value);
    }
}

std::string first_difference(const uint8_t *found, const uint8_t *expected, size_t bytes, size_t offset) {
    const auto [at, other] = std::mismatch(found, found + bytes, expected);
    if (at == found + bytes) {
        return "";
    }
    return fmt::format("byte {} of the output is {}, the reference says {}", offset + static_cast<size_t>(at - found),
                       static_cast<int8_t>(*at), static_cast<int8_t>(*other));
}

std::vector<GuardedBuffer> pack(const CompiledLayer &layer, Weights weights) {
    std::vector<GuardedBuffer> copies;
    const auto bytes = static_cast<size_t>(layer.packed.bytes);
    if (bytes == 0) {
        return copies;
    }
    copies.emplace_back(bytes);
    find_operator(layer.layer.op)->pack(layer.layer, layer.lowering, copies.front().data());
    const size_t count = weights == Weights::cold ? cold_bytes / bytes + 1 : 1;
    for (size_t i = 1; i < count; ++i) {
        copies.emplace_back(bytes);
        std::memcpy(copies.back().data(), copies.front().data(), bytes);
    }
    return copies;
}

} // namespace

LayerData::LayerData(const CompiledLayer &layer, Weights weights, uint32_t seed)
    : layer_(layer), packed_(pack(layer, weights)) {
    std::mt19937 generator(seed);
    for (const LayerTensor &tensor : layer.layer.src) {
        src_.emplace_back(static_cast<size_t>(tensor.bytes()));
        (tensor.dtype == DType::f32 ? fill_f32 : fill)(src_.back(), generator);
    }
    for (const LayerTensor &tensor : layer.layer.dst) {
        dst_.emplace_back(static_cast<size_t>(tensor.bytes()));
    }
}

const GuardedBuffer &LayerData::next_packed() {
    const GuardedBuffer &packed = packed_[next_packed_];
    next_packed_ = (next_packed_ + 1) % packed_.size();
    return packed;
}

void LayerData::compute_expected() {
    const OperatorRow &row = *find_operator(layer_.layer.op);
    const int64_t m = has_rows(layer_.layer) ? layer_.layer.at("m") : 1;
    const bool part = m > verified_rows && row.macs(layer_.layer) > most_reference_macs;
    const int64_t pieces = part ? verified_rows : 1;
    const Layer piece = part ? with_rows(layer_.layer, 1) : layer_.layer;
    for (int64_t i = 0; i < pieces; ++i) {
        const int64_t at = part ? i * (m - 1) / (pieces - 1) : 0; // the first, the last and some between
        std::vector<const void *> sources;
        for (size_t s = 0; s < src_.size(); ++s) {
            sources.push_back(src_[s].data() + at * piece.src[s].bytes());
        }
        expected_.push_back({at, std::vector<uint8_t>(static_cast<size_t>(piece.dst[0].bytes()))});
        row.reference(piece, sources, {expected_.back().expected.data()});
    }
}

std::string LayerData::problem() {
    if (!std::all_of(dst_.begin(), dst_.end(), [](const GuardedBuffer &buffer) { return buffer.intact(); })) {
        return "a byte is written outside of the output";
    }
    if (expected_.empty()) {
        compute_expected();
    }
    std::string difference;
    for (const Piece &piece : expected_) {
        const size_t offset = static_cast<size_t>(piece.row) * piece.expected.size();
        if (difference.empty()) {
            difference =
                first_difference(dst_[0].data() + offset, piece.expected.data(), piece.expected.size(), offset);
        }
    }
    return difference;
}

} // namespace nibble
