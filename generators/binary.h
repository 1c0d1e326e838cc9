// Base of the elementwise kernels of two operands, each broadcast where it has extent 1.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "generators/kernel.h"

namespace nibble {

/// generate() defines dst(i, j, k, l) from operand(0) and operand(1) and calls finish().
template <typename T>
class Binary : public Kernel<T> {
public:
    Halide::GeneratorOutput<Halide::Buffer<void, 4>> dst{"dst"}; // dimensions 3, 2, 1, 0 of the parameters' names

    /// All tensors have elements of parameter `bits`. Activations come first, then what is packed.
    void configure() {
        const Halide::Type type = Halide::Int(this->at("bits"));
        dst.set_type(type);
        for (const bool packed : {false, true}) {
            for (size_t operand = 0; operand < src.size(); operand++) {
                if (is_constant(operand) == packed) {
                    src[operand] = this->template add_input<Halide::Buffer<>>(name(operand), type, 4);
                }
            }
        }
    }

protected:
    std::string name(size_t operand) const { return "src" + std::to_string(operand); }
    bool is_constant(size_t operand) { return this->at(name(operand) + "_constant") != 0; }

    /// The operand's element as the buffer has it: its only element of a dimension serves the whole dimension.
    Halide::Expr element(size_t operand) {
        std::vector<Halide::Expr> index = {i, j, k, l};
        const std::vector<int> extent = extents(operand == 0 ? "a" : "b");
        for (size_t d = 0; d < index.size(); d++) {
            if (extent[d] == 1) {
                index[d] = 0;
            }
        }
        return (*src[operand])(index);
    }

    /// The operand's value, of u8 in the s8 view. A constant has no caller's type.
    Halide::Expr operand(size_t operand) {
        return is_constant(operand) ? element(operand) : this->s8_view(element(operand));
    }

    void finish() {
        set_dense(*src[0], extents("a"));
        set_dense(*src[1], extents("b"));
        set_dense(dst, extents("d"));
        this->algorithm.funcs = {{"dst", dst}};
    }

    Halide::Var i{"i"}, j{"j"}, k{"k"}, l{"l"}; // innermost to outermost

private:
    std::vector<int> extents(const std::string &tensor) {
        return {this->at(tensor + "3"), this->at(tensor + "2"), this->at(tensor + "1"), this->at(tensor + "0")};
    }

    std::array<Halide::GeneratorInput<Halide::Buffer<>> *, 2> src{};
};

} // namespace nibble
