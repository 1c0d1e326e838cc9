// One row an operator: what the compiler, the tests and the benches need to know about it, and nothing of Halide.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "compiler/layer.h"
#include "model/error.h"

namespace nibble {

/// One array inside a layer's packed constants, in the order of the kernel's arguments (after src, before dst).
struct PackedArray {
    std::string name;
    DType dtype = DType::s8;
    int64_t offset = 0; ///< bytes, a multiple of 128
    int64_t bytes = 0;
};

/// How a layer's constants lie in the library.
struct PackedLayout {
    std::vector<PackedArray> arrays;
    int64_t bytes = 0;

    /// Adds an array after the last one and returns its offset.
    int64_t add(std::string name, DType dtype, int64_t bytes);
    /// The array of that name, or nullptr.
    const PackedArray *find(const std::string &name) const;
};

struct OperatorRow {
    /// The operator's name: in the model, in files generators/<name>.cpp, compiler/operators/<name>.cpp and in
    /// schedules.
    std::string name;
    /// The names its lowerings have, best first where the target allows them ("direct" where there is but one).
    std::vector<std::string> lowerings;
    /// The integer form of a checked operator. Appends to the findings (and returns anything) where it can't be had.
    std::function<Layer(const Model &, const Operator &, std::vector<Finding> &)> legalise;
    /// The operator's meaning: runtime/reference on the layer's own constants. A row of compiler/operators/ computes on
    /// s8; the table's rows take u8 activations through their s8 view.
    std::function<void(const Layer &, const std::vector<const void *> &src, const std::vector<void *> &dst)> reference;
    /// Multiply-accumulates of one call, padding not counted out; 0 where the operator has none.
    std::function<int64_t(const Layer &)> macs;
    /// Where the packed constants of this lowering lie; no arrays where the operator has no constants.
    std::function<PackedLayout(const Layer &, const std::string &lowering)> packed_layout;
    /// Packs the layer's constants; `packed` has packed_layout().bytes zeroed bytes.
    std::function<void(const Layer &, const std::string &lowering, uint8_t *packed)> pack;
    /// The names of the attributes that the kernel is generated for (the others are the reference's alone).
    std::function<Attributes(const Layer &, const std::string &lowering)> kernel_parameters;
    /// Shape families for the tests, bare of constants; small enough for the reference.
    std::function<std::vector<Layer>()> sample_layers;
    /// Random constants for a layer without any: weights over the whole range, multipliers and shifts as real models
    /// have.
    std::function<void(Layer &, std::mt19937 &)> randomise;
    /// Products of one output, as the bound on accumulators counts them; empty where the operator does not requantise
    /// by channel (compiler/operators/support/channel_requantise.h).
    std::function<int64_t(const Layer &)> reduction;
    /// True where an element of dst depends on the element at its own place of each source, or on broadcast ones.
    bool elementwise = false;
    /// True where the reference takes activations' bytes as they are, without an s8 view.
    bool takes_bytes = false;
    /// The generator and the schedules of its kernel, which operators may share; its own name where the row leaves it
    /// empty.
    std::string kernel = {};
    /// Rows of src [m, k] and dst [m, n] (attributes m, k and n) do not see each other, and constants are the same for
    /// any number of them.
    bool rows_apart = false;
    /// True where a layer's kernel scales several sums of each output in f32; empty where no layer's does.
    std::function<bool(const Layer &)> scales_groups = {};

    /// True where dst has the place of src[i], element by element: a kernel may be able to overwrite it.
    bool matches(const Layer &, size_t i) const;
};

/// All operators, sorted by name.
const std::vector<OperatorRow> &operator_table();
/// The row, or nullptr.
const OperatorRow *find_operator(const std::string &name);

} // namespace nibble
