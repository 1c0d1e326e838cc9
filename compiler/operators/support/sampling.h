// Layers and constants for the tests and benches: reproducible, and shaped as real models are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "compiler/layer.h"

namespace nibble::operators {

/// An integer in [least, most] that depends on nothing but the generator's state (the standard distributions differ
/// between libraries).
int64_t draw(std::mt19937 &, int64_t least, int64_t most);

/// Adds constant `name` [shape] over all of s8 or s16 where the layer lacks it.
void add_random_constant(Layer &, const char *name, DType, const std::vector<int64_t> &shape, std::mt19937 &);
/// Adds s32 constant "bia" [channels] in [-most, most] where the layer lacks it.
void add_random_bias(Layer &, int64_t channels, int64_t most, std::mt19937 &);

/// Adds those of "wei", "bia" and the factors ("multiplier" and "shift", or "scale") that the layer lacks: weights
/// [wei_shape] over all of s8 or, of 4 bits, s4, and factors that spread sums of `k` products over the output's range,
/// with `channels` right shifts of about 6 to 13.
void randomise_channel_constants(Layer &, const std::vector<int64_t> &wei_shape, int64_t channels, int64_t k,
                                 std::mt19937 &);

/// Gives the layer a rounding that all operators with factors by channel have: for `float`, what it has of multipliers
/// and shifts, as constants or attributes, becomes f32 scales.
void set_rounding(Layer &, Rounding);

/// Adds copies of the named layers that round by `single` and `float`: "single_<name>" and "float_<name>".
void add_rounded_samples(const std::vector<std::string> &names, std::vector<Layer> &layers);

/// Gives a layer factors of at least a half, some of them above 1, so that channels shift right, left or not at all.
/// Its weights and bias (drawn here too) are so small that outputs are not all saturated.
void add_steep_constants(Layer &, const std::vector<int64_t> &wei_shape, int64_t channels);

/// Adds copies of the named layers with weights of 4 bits ("s4_<name>"), and with such that have a zero point for each
/// channel ("u4_<name>"): [wei_shape(layer)], whose channels come first, or last.
void add_nibble_samples(const std::vector<std::string> &names, std::vector<int64_t> (*wei_shape)(const Layer &),
                        bool channels_last, std::vector<Layer> &layers);

/// Gives a layer weights that are never -128, half of them at the ends of what is left.
void add_narrow_weights(Layer &, const std::vector<int64_t> &wei_shape);

} // namespace nibble::operators
