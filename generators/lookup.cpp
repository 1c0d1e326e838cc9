// One byte to another by a table (lookup_x8): every operator that is a function of single bytes.
// SPDX-License-Identifier: Apache-2.0
//
//   dst = table[src], the bytes as they are; what type they have is the table's affair
//
// Lowering `loads` reads the table by computed places; with `permute_vbmi` the schedule has the runtime do it in
// vectors.
#include "generators/kernel.h"

namespace nibble {
namespace {

using namespace Halide;

class Lookup : public Kernel<Lookup> {
public:
    static constexpr const char *operator_name = "lookup";

    Input<Buffer<uint8_t, 1>> src{"src"};
    Input<Buffer<uint8_t, 1>> table{"table"}; // [256]
    Output<Buffer<uint8_t, 1>> dst{"dst"};

    void generate() {
        set_dense(src, {at("elements")});
        set_dense(table, {256});
        set_dense(dst, {at("elements")});
        Var i("i");
        dst(i) = table(cast<int32_t>(src(i)));
        algorithm.funcs = {{"dst", dst}};
        chosen_form = "table";
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Lookup, lookup)
