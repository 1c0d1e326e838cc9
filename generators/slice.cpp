// A box out of a tensor: a copy.
// SPDX-License-Identifier: Apache-2.0
#include "generators/kernel.h"

namespace nibble {
namespace {

using namespace Halide;

class Slice : public Kernel<Slice> {
public:
    static constexpr const char *operator_name = "slice";

    Input<Buffer<void, 4>> src{"src"}; // dimensions 3, 2, 1, 0 of the parameters' names
    Output<Buffer<void, 4>> dst{"dst"};

    void configure() {
        src.set_type(UInt(at("bits")));
        dst.set_type(UInt(at("bits")));
    }

    void generate() {
        set_dense(src, {at("s3"), at("s2"), at("s1"), at("s0")});
        set_dense(dst, {at("d3"), at("d2"), at("d1"), at("d0")});
        Var i("i"), j("j"), k("k"), l("l");
        dst(i, j, k, l) = src(i + at("b3"), j + at("b2"), k + at("b1"), l + at("b0"));
        algorithm.funcs = {{"dst", dst}};
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Slice, slice)
