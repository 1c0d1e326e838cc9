// SPDX-License-Identifier: Apache-2.0
#include "bench/kernel_case.h"

#include <algorithm>
#include <cstring>
#include <random>

#include <fmt/format.h>

#include "autotune/micro_kernels.h"
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

} // namespace

KernelCase::KernelCase(const CompiledLayer &layer, LoadedLibrary::Function function, Caller &caller, Weights weights,
                       uint32_t seed)
    : layer_(layer), row_(*find_operator(layer.layer.op)), function_(function), caller_(caller),
      packed_(pack(weights)) {
    std::mt19937 generator(seed);
    for (const LayerTensor &tensor : layer.layer.src) {
        src_.emplace_back(static_cast<size_t>(tensor.bytes()));
        (tensor.dtype == DType::f32 ? fill_f32 : fill)(src_.back(), generator);
        inputs_.push_back(src_.back().data());
    }
    if (!packed_.empty()) {
        inputs_.push_back(packed_.front().data());
    }
    for (const LayerTensor &tensor : layer.layer.dst) {
        dst_.emplace_back(static_cast<size_t>(tensor.bytes()));
        outputs_.push_back(dst_.back().data());
    }
}

std::vector<GuardedBuffer> KernelCase::pack(Weights weights) const {
    std::vector<GuardedBuffer> copies;
    const auto bytes = static_cast<size_t>(layer_.packed.bytes);
    if (bytes == 0) {
        return copies;
    }
    copies.emplace_back(bytes);
    row_.pack(layer_.layer, layer_.lowering, copies.front().data());
    const size_t count = weights == Weights::cold ? cold_bytes / bytes + 1 : 1;
    for (size_t i = 1; i < count; ++i) {
        copies.emplace_back(bytes);
        std::memcpy(copies.back().data(), copies.front().data(), bytes);
    }
    return copies;
}

int64_t KernelCase::macs() const { return row_.macs(layer_.layer); }

const GuardedBuffer &KernelCase::next_weights() {
    const GuardedBuffer &weights = packed_[next_packed_];
    next_packed_ = (next_packed_ + 1) % packed_.size();
    return weights;
}

void KernelCase::read_weights() {
    constexpr size_t step = 512; // of read_memory
    const GuardedBuffer &weights = next_weights();
    read_memory(weights.data(), weights.size() / step * step);
}

void KernelCase::call() {
    if (is_cold()) {
        inputs_.back() = next_weights().data();
    }
    function_(caller_.context(), inputs_.data(), outputs_.data());
}

std::string KernelCase::verify() {
    caller_.call(function_, layer_.layer.name, inputs_, outputs_);
    const auto intact = [](const GuardedBuffer &buffer) { return buffer.intact(); };
    if (!caller_.intact() || !std::all_of(dst_.begin(), dst_.end(), intact)) {
        return "a byte is written outside of the output and the scratch arena";
    }
    const int64_t m = has_rows(layer_.layer) ? layer_.layer.at("m") : 1;
    const bool part = m > verified_rows && macs() > most_reference_macs;
    const int64_t pieces = part ? verified_rows : 1;
    const Layer piece = part ? with_rows(layer_.layer, 1) : layer_.layer;
    std::vector<uint8_t> expected(static_cast<size_t>(piece.dst[0].bytes()));
    std::string difference;
    for (int64_t i = 0; i < pieces && difference.empty(); ++i) {
        const int64_t row = part ? i * (m - 1) / (pieces - 1) : 0; // the first, the last and some between
        const auto dst_offset = static_cast<size_t>(row * piece.dst[0].bytes());
        std::vector<const void *> sources;
        for (size_t s = 0; s < src_.size(); ++s) {
            sources.push_back(src_[s].data() + row * piece.src[s].bytes());
        }
        row_.reference(piece, sources, {expected.data()});
        difference = first_difference(dst_[0].data() + dst_offset, expected.data(), expected.size(), dst_offset);
    }
    return difference;
}

} // namespace nibble
