// Writes what any user of Halide has: an AOT library with Halide's own runtime, heap and thread pool.
// SPDX-License-Identifier: Apache-2.0
//
// usage: ordinary_halide_library FOLDER     writes FOLDER/ordinary.a and ordinary.h: dst(x) = 2 * src(x) through a
// parallel stage
#include <Halide.h>

int main(int argc, char **argv) {
    if (argc != 2) {
        return 2;
    }
    using namespace Halide;
    ImageParam src(Int(32), 1, "src");
    Var x("x"), xo("xo"), xi("xi");
    Func doubled("doubled"), dst("dst");
    doubled(x) = 2 * src(x);
    dst(x) = doubled(x);
    dst.split(x, xo, xi, 64).parallel(xo);
    doubled.compute_root().store_in(MemoryType::Heap);
    dst.compile_to_static_library(std::string(argv[1]) + "/ordinary", {src}, "ordinary", get_host_target());
    return 0;
}
