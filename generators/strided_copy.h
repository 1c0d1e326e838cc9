// A copy to a dense destination: what permutations of dimensions have in common.
// SPDX-License-Identifier: Apache-2.0
//
//   dst(i5, ..., i0) = src[i0 * s0 + ... + i5 * s5]        parameters: bits, extents e0-e5, the source's strides s0-s5
#pragma once

#include "generators/kernel.h"

namespace nibble {

template <typename T>
class StridedCopy : public Kernel<T> {
public:
    Halide::GeneratorInput<Halide::Buffer<void, 6>> src{"src"};
    Halide::GeneratorOutput<Halide::Buffer<void, 6>> dst{"dst"};

    void configure() {
        const Halide::Type type = Halide::UInt(this->at("bits"));
        src.set_type(type);
        dst.set_type(type);
    }

    void generate() {
        std::vector<int> extents;
        std::vector<std::pair<int, int>> strided;
        std::vector<Halide::Var> position;
        for (const char *d : {"5", "4", "3", "2", "1", "0"}) {
            extents.push_back(this->at(std::string("e") + d));
            strided.emplace_back(extents.back(), this->at(std::string("s") + d));
            position.emplace_back(std::string("i") + d);
        }
        set_strided(src, strided);
        set_dense(dst, extents);
        dst(position) = src(position);
        this->algorithm.funcs = {{"dst", dst}};
    }
};

} // namespace nibble
