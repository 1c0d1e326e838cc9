// The packed constants of every lowering, evaluated in plain loops, against the reference.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "compiler/operator_table.h"
#include "compiler/operators/support/dot_weights.h"
#include "compiler/operators/support/weight_zero.h"
#include "compiler/target.h"
#include "generators/depthwise_lowering.h"
#include "runtime/pack.h"
#include "tests/reference/packed_form.h"

namespace nibble::test {
namespace {

using operators::ChannelForm;

constexpr uint32_t seed = 99;

/// A layer's packed constants and what its kernel would be generated for.
struct Packed {
    Packed(const OperatorRow &row, const Layer &layer, const std::string &lowering)
        : layout(row.packed_layout(layer, lowering)), parameters(row.kernel_parameters(layer, lowering)),
          bytes(layout.bytes, 0) {
        row.pack(layer, lowering, bytes.data());
    }

    template <typename T>
    const T *array(const std::string &name) {
        return operators::packed_array<T>(layout, name, bytes.data());
    }

    ChannelForm form(int64_t channel) {
        const int32_t *shl = array<int32_t>("shl");
        EXPECT_EQ(shl != nullptr, parameters.at("left_shift") == 1);
        return {array<int32_t>("mul")[channel], array<int32_t>("rnd")[channel], array<int32_t>("shr")[channel],
                shl == nullptr ? 0 : shl[channel]};
    }

    /// With the zero point.
    int64_t requantised(int64_t channel, int32_t acc) {
        switch (parameters.at("requantise")) {
        case requantise_single:
            return apply_single_form(form(channel), acc) + array<int32_t>("zero")[channel];
        case requantise_nearest:
            return std::lrint(static_cast<float>(acc) * array<float>("scale")[channel]) +
                   array<int32_t>("zero")[channel];
        default:
            return apply_packed_form(form(channel), parameters.at("sign_matters"), acc);
        }
    }

    int8_t finish(int64_t channel, int32_t acc) {
        const int64_t value = requantised(channel, acc);
        return static_cast<int8_t>(std::clamp(value, parameters.at("clamp_min"), parameters.at("clamp_max")));
    }

    PackedLayout layout;
    Attributes parameters;
    std::vector<uint8_t> bytes;
};

/// Sums wrap as the kernels' do; only the total has to fit.
class Accumulator {
public:
    explicit Accumulator(int32_t start) : sum_(static_cast<uint32_t>(start)) {}
    void add(int32_t a, int32_t b) { sum_ += static_cast<uint32_t>(a * b); }
    int32_t total() const { return static_cast<int32_t>(sum_); }

private:
    uint32_t sum_;
};

/// A layer's integers, read once.
struct Shape {
    explicit Shape(const Layer &layer) {
        const auto at = [&layer](const char *key) {
            const auto it = layer.attributes.find(key);
            return it == layer.attributes.end() ? 1 : it->second;
        };
        h = at("h"), w = at("w"), ci = at("ci"), oh = at("oh"), ow = at("ow"), kh = at("kh"), kw = at("kw");
        stride_h = at("stride_h"), stride_w = at("stride_w");
        dilation_h = at("dilation_h"), dilation_w = at("dilation_w");
        pad_top = at("pad_top"), pad_left = at("pad_left");
        multiplier = at("channel_multiplier"), k = at("k"), co = layer.dst[0].shape.back();
        padded_co = (layer.dst[0].shape.back() + 15) / 16 * 16;
        src_zero = static_cast<int32_t>(layer.at("src_zero"));
    }

    int64_t h, w, ci, oh, ow, kh, kw, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, multiplier, k, co;
    int64_t padded_co;
    int32_t src_zero;
};

/// One lowering of one layer, ready to be evaluated.
struct Kernel {
    Kernel(const OperatorRow &row, const Layer &layer, const std::string &lowering)
        : lowering(lowering), shape(layer), packed(row, layer, lowering),
          words(depthwise_form(lowering) == NIBBLE_PACK_WINDOWS4),
          columns(depthwise_form(lowering) == NIBBLE_PACK_COLUMNS4),
          offset(lowering.find("_u8s") != std::string::npos ? 128 : 0),
          products(lowering == "dot_s16s16" || lowering == "dot2_s8s8" ? 2 : 4), bits(weight_bits(lowering)),
          bia(packed.array<int32_t>("bia")), wei(packed.array<int8_t>("wei")), zer(packed.array<int32_t>("zer")) {
        EXPECT_EQ(zer != nullptr, packed.parameters.at("wei_zeros") != 0);
        if (columns) {
            shape.padded_co = nibble_ceil_div(shape.co * packed.parameters.at("pixels"), 16) * 16;
        }
        if (lowering == "dot_s8u8" || lowering == "dot_s8u4") {
            panel = 32;
            wei_offset = bits == 8 ? 128 : 8;
        }
    }

    /// Weight `i` of channel `o`, which is `lane` of its panel, in a run of `length`; less what is taken off each.
    int32_t dot_weight(int64_t run, int64_t length, int64_t lane, int64_t i, int64_t o) const {
        if (bits == 4) {
            const int64_t pairs = nibble_ceil_div(length, 2 * products), half = i / products % 2;
            const int64_t place = ((run * pairs + i / (2 * products)) * panel + lane) * products + i % products;
            const int32_t nibble = (static_cast<uint8_t>(wei[place]) >> (4 * half)) & 15;
            const bool has_8_added = wei_offset != 0 || lowering == "dot2_u8s4";
            return (has_8_added ? nibble - 8 : (nibble ^ 8) - 8) + (zer == nullptr ? 0 : zer[o]);
        }
        const int64_t groups = nibble_ceil_div(length, products);
        const int64_t place = ((run * groups + i / products) * panel + lane) * products + i % products;
        const int32_t value = wei_offset != 0 ? static_cast<uint8_t>(wei[place]) : wei[place];
        return value - wei_offset + (zer == nullptr ? 0 : *zer);
    }

    /// The byte of a column's words that has tap ky of channel o: odd channels look into those that begin a row before.
    int64_t column_byte(int64_t ky, int64_t o) const {
        const int64_t before = shape.kh % 4 == 0 ? 0 : o % 2;
        return before * nibble_ceil_div(shape.kh, 4) * 4 + ky + before;
    }

    /// The tap of channel o, less what the nibbles have added.
    int32_t depthwise_nibble(int64_t ky, int64_t kx, int64_t o) const {
        const int64_t bytes = words || columns ? 4 : 1, column_place = column_byte(ky, o);
        const int64_t row = columns ? column_place / 4 * shape.kw + kx
                            : words ? ky * nibble_ceil_div(shape.kw, 4) + kx / 4
                                    : ky * shape.kw + kx;
        const int64_t byte = columns ? column_place % 4 : words ? kx % 4 : 0;
        const auto pair = static_cast<uint8_t>(wei[((row / 2) * shape.padded_co + o) * bytes + byte]);
        return (pair >> (4 * (row % 2)) & 15) - (zer == nullptr ? 8 : zer[o] & 255);
    }

    /// The zero point's part of a tap.
    int32_t window_zero(int64_t ky, int64_t kx, int64_t o) const {
        if (bits == 4) {
            return 0;
        }
        const int64_t words_of_term = columns ? nibble_column_words(shape.kh) : nibble_ceil_div(shape.kw, 4);
        const int64_t byte = columns ? column_byte(ky, o) : kx;
        int32_t sum = 0;
        for (int64_t term = 0; term < packed.parameters.at("wei_zeros"); ++term) {
            sum += reinterpret_cast<const int8_t *>(zer)[term * words_of_term * 4 + byte];
        }
        return sum;
    }

    std::string lowering;
    Shape shape;
    Packed packed;
    bool words;             ///< depthwise weights are words of four taps of a row
    bool columns;           ///< or of a column
    int32_t offset;         ///< unsigned operands have 128 added
    int64_t products;       ///< that lie together in a dot product's weights
    int64_t bits;           ///< of a weight
    int64_t panel = 16;     ///< channels of a dot product's panel
    int32_t wei_offset = 0; ///< unsigned weights have 128 added, those of 4 bits 8
    const int32_t *bia;
    const int8_t *wei;  ///< as bytes, whatever the array's type
    const int32_t *zer; ///< null where the weights have no zero point
};

/// The source at a window's tap, or the zero point in the padding.
int32_t tap_value(const Shape &s, const int8_t *src, int64_t pixel, int64_t ky, int64_t kx, int64_t c) {
    const int64_t n = pixel / (s.ow * s.oh);
    const int64_t y = pixel / s.ow % s.oh * s.stride_h - s.pad_top + ky * s.dilation_h;
    const int64_t x = pixel % s.ow * s.stride_w - s.pad_left + kx * s.dilation_w;
    return y < 0 || y >= s.h || x < 0 || x >= s.w ? s.src_zero : src[((n * s.h + y) * s.w + x) * s.ci + c];
}

/// Sum of output channel o at a pixel or row, before requantisation.
using Sum = int32_t (*)(const Kernel &, const int8_t *src, int64_t pixel, int64_t o);

int32_t conv2d_sum(const Kernel &kernel, const int8_t *src, int64_t pixel, int64_t o) {
    const Shape &s = kernel.shape;
    const int64_t parts = kernel.packed.parameters.at("groups"); // each has panels of its own
    const int64_t ci = s.ci / parts, co = s.co / parts, part = o / co;
    const bool one_run = s.dilation_w == 1 && parts == 1;
    const int64_t segments = one_run ? 1 : s.kw;
    const int64_t length = one_run ? s.kw * ci : ci;
    const int64_t lanes = kernel.panel, panel = part * nibble_ceil_div(co, lanes) + o % co / lanes;
    const int64_t lane = o % co % lanes;
    Accumulator acc(kernel.bia[o]);
    for (int64_t ky = 0; ky < s.kh; ++ky) {
        for (int64_t kx = 0; kx < s.kw; ++kx) {
            for (int64_t c = 0; c < ci; ++c) {
                const int64_t segment = one_run ? 0 : kx;
                const int64_t i = one_run ? kx * ci + c : c;
                const int64_t run = (panel * s.kh + ky) * segments + segment;
                acc.add(tap_value(s, src, pixel, ky, kx, part * ci + c) + kernel.offset,
                        kernel.dot_weight(run, length, lane, i, o));
            }
        }
    }
    return acc.total();
}

int32_t fully_connected_sum(const Kernel &kernel, const int8_t *src, int64_t row, int64_t o) {
    const int64_t k = kernel.shape.k, lanes = kernel.panel;
    Accumulator acc(kernel.bia[o]);
    for (int64_t i = 0; i < k; ++i) {
        acc.add(src[row * k + i] + kernel.offset, kernel.dot_weight(o / lanes, k, o % lanes, i, o));
    }
    return acc.total();
}

int32_t depthwise_weight(const Kernel &kernel, int64_t ky, int64_t kx, int64_t o) {
    const Shape &s = kernel.shape;
    if (kernel.bits == 4) {
        return kernel.depthwise_nibble(ky, kx, o);
    }
    if (kernel.columns) {
        const int64_t byte = kernel.column_byte(ky, o), word = (byte / 4 * s.kw + kx) * s.padded_co + o;
        return kernel.wei[4 * word + byte % 4];
    }
    if (kernel.words) {
        const int64_t word = (ky * ((s.kw + 3) / 4) + kx / 4) * s.padded_co + o;
        return static_cast<int8_t>(reinterpret_cast<const uint32_t *>(kernel.wei)[word] >> (8 * (kx % 4)));
    }
    return reinterpret_cast<const int16_t *>(kernel.wei)[(ky * s.kw + kx) * s.padded_co + o];
}

int32_t depthwise_conv2d_sum(const Kernel &kernel, const int8_t *src, int64_t pixel, int64_t o) {
    const Shape &s = kernel.shape;
    Accumulator acc(kernel.bia[o]);
    for (int64_t ky = 0; ky < s.kh; ++ky) {
        for (int64_t kx = 0; kx < s.kw; ++kx) {
            acc.add(tap_value(s, src, pixel, ky, kx, o / s.multiplier) + kernel.offset,
                    depthwise_weight(kernel, ky, kx, o) + kernel.window_zero(ky, kx, o));
        }
    }
    return acc.total();
}

struct Case {
    const char *op;
    Sum sum;
};

class Packing : public testing::TestWithParam<Case> {};

TEST_P(Packing, GivesTheReferencesResults) {
    const OperatorRow &row = *find_operator(GetParam().op);
    std::mt19937 generator(seed);
    for (Layer layer : row.sample_layers()) {
        // Constants don't depend on the activations' type.
        layer.src[0].dtype = layer.dst[0].dtype = DType::s8;
        row.randomise(layer, generator);
        std::vector<int8_t> src(layer.src[0].elements());
        std::generate(src.begin(), src.end(), [&] { return static_cast<int8_t>(generator()); });
        std::vector<int8_t> expected(layer.dst[0].elements());
        row.reference(layer, {src.data()}, {expected.data()});
        const int64_t channels = layer.dst[0].shape.back();
        for (const std::string &lowering : row.lowerings) {
            if (weight_bits(lowering) == 4 && operators::wei_bits(layer) == 8) {
                continue;
            }
            Kernel kernel(row, layer, lowering);
            std::vector<int8_t> dst(expected.size());
            for (size_t i = 0; i < dst.size(); ++i) {
                const auto place = static_cast<int64_t>(i);
                const int64_t o = place % channels;
                dst[i] = kernel.packed.finish(o, GetParam().sum(kernel, src.data(), place / channels, o));
            }
            EXPECT_EQ(dst, expected) << layer.name << " " << lowering;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Operators, Packing,
                         testing::Values(Case{"conv2d", conv2d_sum}, Case{"depthwise_conv2d", depthwise_conv2d_sum},
                                         Case{"fully_connected", fully_connected_sum}),
                         [](const auto &c) { return std::string(c.param.op); });

} // namespace
} // namespace nibble::test
