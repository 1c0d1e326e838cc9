// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/depthwise_weights.h"

#include <algorithm>
#include <cstdlib>

#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/dot_weights.h"
#include "compiler/operators/support/weight_zero.h"
#include "compiler/target.h"
#include "generators/column_words.h"
#include "generators/depthwise_lowering.h"
#include "generators/dot_lowering.h"
#include "runtime/pack.h"

namespace nibble::operators {
namespace {

constexpr int64_t word_bytes = sizeof(int32_t);

int64_t taps_of(const Layer &layer) { return layer.at("kh") * layer.at("kw"); }

bool in_columns(const std::string &lowering) { return depthwise_form(lowering) == NIBBLE_PACK_COLUMNS4; }

int64_t rows_of(const Layer &layer, const std::string &lowering) {
    return nibble_depthwise_rows(depthwise_form(lowering), layer.at("kh"), layer.at("kw"));
}

/// Into how many s8 terms the negative of the weights' zero point goes: none where s16 weights hold it themselves.
int64_t zero_terms(const Layer &layer, const std::string &lowering) {
    const int64_t zero = layer.at("wei_zero");
    return !has_words(lowering) || zero == 0 ? 0 : zero == -128 ? 2 : 1;
}

/// Words of a channel's taps that have different places in a word: those of a row, or of a column.
int64_t different_words(const Layer &layer, const std::string &lowering) {
    return rows_of(layer, lowering) / layer.at(in_columns(lowering) ? "kw" : "kh");
}

int64_t zero_words(const Layer &layer, const std::string &lowering) {
    if (weight_bits(lowering) == 4) {
        return zeros_by_channel(layer) ? padded_channels(layer.at("co")) : 0;
    }
    return zero_terms(layer, lowering) * different_words(layer, lowering);
}

void add_weights(const Layer &layer, const std::string &lowering, PackedLayout &layout) {
    const int64_t rows = rows_of(layer, lowering), co = padded_channels(layer.at("co"));
    if (weight_bits(lowering) == 4) {
        const int64_t bytes = nibble_ceil_div(rows, 2) * co * nibble_depthwise_bytes(depthwise_form(lowering));
        layout.add("wei", has_words(lowering) ? DType::s32 : DType::u8, bytes);
    } else if (has_words(lowering)) {
        layout.add("wei", DType::s32, rows * co * word_bytes);
    } else {
        layout.add("wei", DType::s16, rows * co * static_cast<int64_t>(sizeof(int16_t)));
    }
}

void pack_zero_terms(const Layer &layer, const std::string &lowering, int32_t *zer) {
    const std::vector<int64_t> largest_first = {std::min<int64_t>(127, -layer.at("wei_zero")), 1};
    for (int64_t term = 0; term < zero_terms(layer, lowering); ++term) {
        const std::vector<int8_t> taps(taps_of(layer), static_cast<int8_t>(largest_first[term]));
        int32_t *words = zer + term * different_words(layer, lowering);
        if (in_columns(lowering)) {
            nibble_pack_columns4(taps.data(), layer.at("kh"), 1, 1, 1, words);
        } else {
            nibble_pack_windows4(taps.data(), 1, layer.at("kw"), 1, 1, words);
        }
    }
}

void pack_nibbles(const Layer &layer, const std::string &lowering, const PackedLayout &layout, uint8_t *packed) {
    const int64_t co = layer.at("co");
    const std::vector<int32_t> zeros = nibble_zeros(layer, co, true);
    nibble_pack_depthwise4(layer.constants.at("wei").as<int8_t>(), depthwise_form(lowering), layer.at("kh"),
                           layer.at("kw"), co, padded_channels(co), zeros.data(),
                           packed_array<uint8_t>(layout, "wei", packed));
    if (auto *zer = packed_array<int32_t>(layout, "zer", packed)) {
        std::transform(zeros.begin(), zeros.end(), zer, [](int32_t zero) { return (8 + zero) * 0x01010101; });
    }
}

void pack_taps(const Layer &layer, int16_t *taps) {
    const int64_t co = layer.at("co"), padded = padded_channels(co), count = taps_of(layer);
    nibble_pack_i16_taps(layer.constants.at("wei").as<int8_t>(), count, co, padded, taps);
    for (int64_t tap = 0; tap < count; ++tap) {
        for (int64_t c = 0; c < co; ++c) {
            taps[tap * padded + c] = static_cast<int16_t>(taps[tap * padded + c] - layer.at("wei_zero"));
        }
    }
}

void pack_weights(const Layer &layer, const std::string &lowering, const PackedLayout &layout, uint8_t *packed) {
    const int64_t co = layer.at("co");
    if (!has_words(lowering)) {
        pack_taps(layer, packed_array<int16_t>(layout, "wei", packed));
        return;
    }
    const auto pack = in_columns(lowering) ? nibble_pack_columns4 : nibble_pack_windows4;
    pack(layer.constants.at("wei").as<int8_t>(), layer.at("kh"), layer.at("kw"), co, padded_channels(co),
         packed_array<int32_t>(layout, "wei", packed));
    pack_zero_terms(layer, lowering, packed_array<int32_t>(layout, "zer", packed));
}

/// Whether every weight less its zero point is known to be in [-127, 127].
bool taps_are_bytes(const Layer &layer) {
    const auto found = layer.constants.find("wei");
    if (found == layer.constants.end() || found->second.data.empty()) {
        return wei_bits(layer) == 4;
    }
    const std::vector<uint8_t> &wei = found->second.data;
    return std::all_of(wei.begin(), wei.end(), [zero = layer.at("wei_zero")](uint8_t byte) {
        return std::abs(static_cast<int8_t>(byte) - zero) <= 127;
    });
}

/// `constant` whose last dimension has the channels, `times` times.
Constant repeated_constant(const Constant &constant, int64_t times) {
    Constant repeated = constant;
    repeated.shape.back() *= times;
    repeated.data.clear();
    const int64_t bytes = constant.shape.back() * bits_of(constant.dtype) / 8;
    for (auto row = constant.data.begin(); row != constant.data.end(); row += bytes) {
        for (int64_t time = 0; time < times; ++time) {
            repeated.data.insert(repeated.data.end(), row, row + bytes);
        }
    }
    return repeated;
}

/// The layer as its kernel has it: neighbouring outputs are one with the channels of all.
Layer repeated_layer(const Layer &layer, const std::string &lowering) {
    const int64_t times = pixels_together(layer, lowering);
    Layer repeated = layer;
    for (const char *channels : {"ci", "co"}) {
        repeated.attributes[channels] *= times;
    }
    for (auto &[name, constant] : repeated.constants) {
        constant = repeated_constant(constant, times);
    }
    return repeated;
}

} // namespace

int64_t pixels_together(const Layer &layer, const std::string &lowering) {
    return in_columns(lowering) ? column_pixels(layer.attributes) : 1;
}

PackedLayout depthwise_packed_layout(const Layer &operation, const std::string &lowering) {
    const Layer layer = repeated_layer(operation, lowering);
    PackedLayout layout;
    add_weights(layer, lowering, layout);
    layout.add("bia", DType::s32, padded_channels(layer.at("co")) * word_bytes);
    add_requantise_arrays(layer, taps_of(layer), layer.at("co"), layout);
    if (const int64_t words = zero_words(layer, lowering); words > 0) {
        layout.add("zer", DType::s32, words * word_bytes);
    }
    return layout;
}

void pack_depthwise(const Layer &operation, const std::string &lowering, uint8_t *packed) {
    const PackedLayout layout = depthwise_packed_layout(operation, lowering);
    const Layer layer = repeated_layer(operation, lowering);
    const int64_t co = layer.at("co"), taps = taps_of(layer);
    (weight_bits(lowering) == 4 ? pack_nibbles : pack_weights)(layer, lowering, layout, packed);
    auto *bia = packed_array<int32_t>(layout, "bia", packed);
    const int32_t zero = folded_zero(layer, lowering);
    nibble_fold_bias(layer.constants.at("wei").as<int8_t>(), layer.constants.at("bia").as<int32_t>(), co, taps, 1, co,
                     zero, bia);
    fold_weight_zero(layer, taps, zero, co, bia);
    pack_requantise(layer, taps, layout, packed);
}

void set_depthwise_parameters(const Layer &layer, const std::string &lowering, Attributes &kernel) {
    for (const char *unused : {"wei_zero", "wei_zero_by_channel"}) {
        kernel.erase(unused);
    }
    const bool nibbles = weight_bits(lowering) == 4;
    kernel["wei_bits"] = weight_bits(lowering);
    kernel["wei_zeros"] = !nibbles                  ? zero_terms(layer, lowering)
                          : zeros_by_channel(layer) ? int64_t{zero_by_channel}
                                                    : int64_t{no_zero};
    if (in_columns(lowering)) {
        kernel["pixels"] = pixels_together(layer, lowering);
    }
    if (byte_lowering(lowering) == "taps2_s8") {
        kernel[s16_sums_name] = taps_are_bytes(layer);
    }
}

} // namespace nibble::operators
