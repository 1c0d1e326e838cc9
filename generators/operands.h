// Base of the kernels whose operands are each an activation or packed, of types that parameters say.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "generators/kernel.h"
#include "generators/panels.h"
#include "runtime/reference/element.h"

namespace nibble {

/// The type in which a buffer has elements: two of 4 bits are a byte, an f16 is its bits.
inline Halide::Type stored_type(const reference::Element &element) {
    const auto bits = static_cast<int>(element.bits);
    if (bits == 4 || element.kind == reference::unsigned_element) {
        return Halide::UInt(bits == 4 ? 8 : bits);
    }
    if (element.kind == reference::float_element) {
        return bits == 16 ? Halide::UInt(16) : Halide::Float(32);
    }
    return Halide::Int(bits);
}

/// generate() reads operands by name, after `set_operand` has said each's extents, innermost first.
template <typename T>
class OperandKernel : public Kernel<T> {
public:
    struct Operand {
        std::string name;
        reference::Element element;
        int dimensions;
    };

    /// Activations come first, then what is packed.
    void configure() {
        for (const bool packed : {false, true}) {
            for (const Operand &operand : static_cast<T *>(this)->operands()) {
                if ((this->at(operand.name + "_constant") != 0) == packed) {
                    inputs_[operand.name] = this->template add_input<Halide::Buffer<>>(
                        operand.name, stored_type(operand.element), operand.dimensions);
                    elements_[operand.name] = operand.element;
                }
            }
        }
        static_cast<T *>(this)->set_output_types();
    }

protected:
    reference::Element element(const std::string &name) { return {this->at(name + "_kind"), this->at(name + "_bits")}; }

    /// Declares an operand dense with these extents of elements, innermost first. Those of 4 bits have one dimension.
    void set_operand(const std::string &name, const std::vector<int> &extents) {
        Halide::GeneratorInput<Halide::Buffer<>> &input = *inputs_.at(name);
        const bool nibbles = elements_.at(name).bits == 4;
        set_dense(input, nibbles ? std::vector<int>{(extents[0] + 1) / 2} : extents);
        if (this->at(name + "_constant") != 0) {
            set_packed(input);
        }
    }

    Halide::Expr stored(const std::string &name, const std::vector<Halide::Expr> &place) {
        return (*inputs_.at(name))(place);
    }

    /// The s32 value of an integer operand's element (s64: of 64 bits).
    Halide::Expr integer(const std::string &name, const std::vector<Halide::Expr> &place) {
        const reference::Element &element = elements_.at(name);
        if (element.bits != 4) {
            const Halide::Expr value = stored(name, place);
            return element.bits == 64 ? value : Halide::cast<int32_t>(value);
        }
        const Halide::Expr byte = Halide::cast<int32_t>(stored(name, {place[0] / 2}));
        const Halide::Expr nibble = (byte >> (place[0] % 2 * 4)) & 15;
        return element.kind == reference::signed_element ? (nibble ^ 8) - 8 : nibble;
    }

    /// The f32 value of a float operand's element.
    Halide::Expr real(const std::string &name, const std::vector<Halide::Expr> &place) {
        const Halide::Expr value = stored(name, place);
        if (elements_.at(name).bits != 16) {
            return value;
        }
        // reference::float_from_half.
        const Halide::Expr half = Halide::cast<uint32_t>(value);
        const Halide::Expr sign = (half & 0x8000) << 16, rest = half & 0x7fff;
        const Halide::Expr number = Halide::strict_float(Halide::reinterpret<float>(rest << 13) * 0x1p112f);
        const Halide::Expr bits =
            Halide::select(rest >= 0x7c00, Halide::cast<uint32_t>(0x7f800000) | ((rest & 0x3ff) << 13),
                           Halide::reinterpret<uint32_t>(number));
        return Halide::reinterpret<float>(sign | bits);
    }

private:
    std::map<std::string, Halide::GeneratorInput<Halide::Buffer<>> *> inputs_;
    std::map<std::string, reference::Element> elements_;
};

} // namespace nibble
