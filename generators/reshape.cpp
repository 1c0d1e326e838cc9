// Another shape for the same elements: a copy.
// SPDX-License-Identifier: Apache-2.0
#include "generators/kernel.h"

namespace nibble {
namespace {

using namespace Halide;

class Reshape : public Kernel<Reshape> {
public:
    static constexpr const char *operator_name = "reshape";

    Input<Buffer<uint8_t, 1>> src{"src"}; // bytes, whatever the elements
    Output<Buffer<uint8_t, 1>> dst{"dst"};

    void generate() {
        set_dense(src, {at("bytes")});
        set_dense(dst, {at("bytes")});
        Var i("i");
        dst(i) = src(i);
        algorithm.funcs = {{"dst", dst}};
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Reshape, reshape)
