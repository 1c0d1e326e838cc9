// A margin of one value round a tensor: the value everywhere, then the source over it.
// SPDX-License-Identifier: Apache-2.0
#include "generators/kernel.h"

namespace nibble {
namespace {

using namespace Halide;

class Pad : public Kernel<Pad> {
public:
    static constexpr const char *operator_name = "pad";

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
        RDom source(0, at("s3"), 0, at("s2"), 0, at("s1"), 0, at("s0"), "source");
        const int value = at("value") + (at("u8") != 0 ? 128 : 0);
        dst(i, j, k, l) = cast(UInt(at("bits")), value);
        dst(source.x + at("b3"), source.y + at("b2"), source.z + at("b1"), source.w + at("b0")) =
            src(source.x, source.y, source.z, source.w);
        algorithm.funcs = {{"dst", dst}};
        algorithm.domains["source"] = source;
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Pad, pad)
